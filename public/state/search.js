// @ts-check
/** @import { ChatEvent } from '../../src/protocol/events.ts' */
/** @import { SearchResult } from '../../src/protocol/resources.ts' */
/** @import { Signal } from '@preact/signals-core' */
import { batch, signal } from '@preact/signals-core';
import { onEvent } from './events.js';
import { withLatestAuthor } from './people.js';
import { knownRoom } from './room-list.js';
import { resultsAfter } from './search-events.js';
import { api } from './session.js';

const PAGE = 30;
/** How often results from rooms without events are loaded again, in milliseconds. */
const REPEAT_MS = 30_000;

/** The query that `results` belong to. */
const searched = signal('');
/** @type {Signal<readonly SearchResult[]>} */
export const results = signal([]);
/** @type {Signal<'idle' | 'loading' | 'ready' | 'failed'>} */
export const searchState = signal('idle');
/** @type {Signal<string | null>} the cursor of the next page, if there is one */
export const moreResults = signal(null);

/** @type {Set<ChatEvent[]>} for each request under way, the events since: its response may lack them */
const meanwhile = new Set();

onEvent((event) => {
  for (const events of meanwhile) events.push(event);
  results.value = resultsAfter(event, results.peek());
});

/** @param {string} query */
export async function search(query) {
  batch(() => {
    searched.value = query;
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
  const query = searched.peek();
  const count = results.peek().length;
  if (count === 0 || searchState.peek() !== 'ready') return;
  /** @type {SearchResult[]} */
  const found = [];
  /** @type {string | null} */
  let cursor = null;
  try {
    do {
      const page = await loadPage(query, cursor);
      found.push(...page.results);
      cursor = page.nextCursor;
    } while (cursor !== null && found.length < count);
  } catch {
    // The next repetition tries again.
    return;
  }
  if (query !== searched.peek() || searchState.peek() !== 'ready') return;
  batch(() => {
    results.value = found;
    moreResults.value = cursor;
  });
}

async function load() {
  const query = searched.value;
  try {
    const page = await loadPage(query, moreResults.value);
    // A late response must not replace that of a newer query.
    if (query !== searched.value) return;
    batch(() => {
      results.value = [...results.value, ...page.results];
      moreResults.value = page.nextCursor;
      searchState.value = 'ready';
    });
  } catch {
    if (query === searched.value) searchState.value = 'failed';
  }
}

/**
 * @param {string} query
 * @param {string | null} cursor
 * @returns {Promise<{ results: readonly SearchResult[], nextCursor: string | null }>}
 */
async function loadPage(query, cursor) {
  /** @type {ChatEvent[]} */
  const events = [];
  meanwhile.add(events);
  try {
    const page = await api.searchMessages({ q: query, cursor: cursor ?? undefined, limit: PAGE });
    /** @type {readonly SearchResult[]} */
    let found = page.results;
    for (const event of events) found = resultsAfter(event, found);
    found = found.map((one) => ({ ...one, message: withLatestAuthor(one.message) }));
    return { results: found, nextCursor: page.nextCursor };
  } finally {
    meanwhile.delete(events);
  }
}
