// @ts-check
/** @import { ChatEvent } from '../../src/protocol/events.ts' */
/** @import { SearchResult } from '../../src/protocol/search.ts' */
/** @import { Signal } from '@preact/signals-core' */
import { batch, signal } from '@preact/signals-core';
import { onEvent } from './events.js';
import { withLatestAuthor } from './people.js';
import { knownRoom } from './room-list.js';
import { resultsAfter } from './search-events.js';
import { api } from './client.js';

const PAGE = 30;
/** How often results from rooms without events are loaded again, in milliseconds. */
const REPEAT_MS = 30_000;

/**
 * @typedef {{ query: string, roomId: string | null }} Search in one room, or in all
 */

/** @type {Signal<Search>} what `results` belong to */
const searched = signal({ query: '', roomId: null });
/** @type {Signal<readonly SearchResult[]>} */
export const results = signal([]);
/** @type {Signal<'idle' | 'loading' | 'ready' | 'failed'>} */
export const searchState = signal('idle');
/** @type {Signal<string | null>} the cursor of the next page, if there is one */
export const moreResults = signal(null);
/** @type {Signal<{ seq: number, words: string[] } | null>} the result that was chosen last, and what was found in it */
export const found = signal(null);

/** @type {Set<ChatEvent[]>} for each request under way, the events since: its response may lack them */
const meanwhile = new Set();

onEvent((event) => {
  for (const events of meanwhile) events.push(event);
  results.value = resultsAfter(event, results.peek());
});

/**
 * @param {string} query
 * @param {string | null} roomId where to search; null for everywhere
 */
export async function search(query, roomId) {
  batch(() => {
    searched.value = { query, roomId };
    results.value = [];
    moreResults.value = null;
    searchState.value = query ? 'loading' : 'idle';
  });
  if (query) await load();
}

export async function searchMore() {
  searchState.value = 'loading';
  await load();
}

/**
 * Keeps the results up to date while they are shown: repeats the search where some are from rooms that the
 * user does not belong to, which have no events.
 *
 * @returns {() => void} stops
 */
export function watchResults() {
  const repeat = () => void (document.hidden || allHaveEvents() || repeatSearch());
  const timer = setInterval(repeat, REPEAT_MS);
  document.addEventListener('visibilitychange', repeat);
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', repeat);
  };
}

const allHaveEvents = () => results.peek().every(({ room }) => knownRoom(room.id)?.role);

/** Loads as many results again as are shown. */
export async function repeatSearch() {
  const wanted = searched.peek();
  const count = results.peek().length;
  if (count === 0 || searchState.peek() !== 'ready') return;
  /** @type {SearchResult[]} */
  const again = [];
  /** @type {string | null} */
  let cursor = null;
  try {
    do {
      const page = await loadPage(wanted, cursor);
      again.push(...page.results);
      cursor = page.nextCursor;
    } while (cursor !== null && again.length < count);
  } catch {
    // The next repetition tries again.
    return;
  }
  if (wanted !== searched.peek() || searchState.peek() !== 'ready') return;
  batch(() => {
    results.value = again;
    moreResults.value = cursor;
  });
}

async function load() {
  const wanted = searched.value;
  try {
    const page = await loadPage(wanted, moreResults.value);
    // A late response must not replace that of a newer query.
    if (wanted !== searched.value) return;
    batch(() => {
      results.value = [...results.value, ...page.results];
      moreResults.value = page.nextCursor;
      searchState.value = 'ready';
    });
  } catch {
    if (wanted === searched.value) searchState.value = 'failed';
  }
}

/**
 * @param {Search} wanted
 * @param {string | null} cursor
 * @returns {Promise<{ results: readonly SearchResult[], nextCursor: string | null }>}
 */
async function loadPage({ query, roomId }, cursor) {
  /** @type {ChatEvent[]} */
  const events = [];
  meanwhile.add(events);
  try {
    const page = await api.searchMessages({
      q: query,
      roomId: roomId ?? undefined,
      cursor: cursor ?? undefined,
      limit: PAGE,
    });
    /** @type {readonly SearchResult[]} */
    let latest = page.results;
    for (const event of events) latest = resultsAfter(event, latest);
    latest = latest.map((one) => ({ ...one, message: withLatestAuthor(one.message) }));
    return { results: latest, nextCursor: page.nextCursor };
  } finally {
    meanwhile.delete(events);
  }
}
