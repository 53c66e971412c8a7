// @ts-check
/** @import { Message, RoomSummary, SearchResult } from '../../src/protocol/resources.ts' */
/** @import { Signal } from '@preact/signals-core' */
/** @import { News } from './events.js' */
import { batch, signal } from '@preact/signals-core';
import { onNews } from './events.js';
import { asNow, withNewLook } from './people.js';
import { knownRoom } from './rooms.js';
import { api, me } from './session.js';

const PAGE = 30;
/** How often results from rooms are looked up again of which no event tells, in milliseconds. */
const REPEAT_MS = 30_000;

/** What is being looked for, and what was found so far. */
const searched = signal('');
/** @type {Signal<readonly SearchResult[]>} */
export const results = signal([]);
/** @type {Signal<'idle' | 'loading' | 'ready' | 'failed'>} */
export const searchState = signal('idle');
/** @type {Signal<string | null>} */
export const moreResults = signal(null);

/** @type {Set<News[]>} what came in while an answer was under way, for each: it may not know of it */
const meanwhile = new Set();

onNews((event) => {
  for (const events of meanwhile) events.push(event);
  results.value = changedBy(event, results.peek());
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

export async function searchOn() {
  searchState.value = 'loading';
  await load();
}

/**
 * Keeps what is found as it is while it is shown: where results are from rooms that the user does not belong
 * to, of which no event tells, the search is repeated.
 *
 * @returns {() => void} ends it
 */
export function watchResults() {
  const repeat = () => void (document.hidden || isToldOfAll() || repeatSearch());
  const timer = setInterval(repeat, REPEAT_MS);
  document.addEventListener('visibilitychange', repeat);
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', repeat);
  };
}

/** Whether there are events of every room that something was found in. */
const isToldOfAll = () => results.peek().every(({ room }) => knownRoom(room.id)?.role);

/** Asks again for as much as is shown. */
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
      const page = await ask(query, cursor);
      found.push(...page.results);
      cursor = page.nextCursor;
    } while (cursor !== null && found.length < count);
  } catch {
    // What cannot be looked up now is looked up next time.
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
    const page = await ask(query, moreResults.value);
    // An answer that comes late must not replace that of a newer question.
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
async function ask(query, cursor) {
  /** @type {News[]} */
  const events = [];
  meanwhile.add(events);
  try {
    const page = await api.searchMessages({
      q: query,
      cursor: cursor ?? undefined,
      limit: PAGE,
    });
    /** @type {readonly SearchResult[]} */
    let found = page.results;
    for (const event of events) found = changedBy(event, found);
    found = found.map((result) => ({
      ...result,
      message: { ...result.message, author: asNow(result.message.author) },
    }));
    return { results: found, nextCursor: page.nextCursor };
  } finally {
    meanwhile.delete(events);
  }
}

/**
 * What was found, as it is after an event.
 *
 * @param {News} event
 * @param {readonly SearchResult[]} found
 * @returns {readonly SearchResult[]}
 */
function changedBy(event, found) {
  if (event.type === 'message.deleted') return found.filter((one) => !isOf(event.message, one));
  if (event.type === 'message.edited') {
    const { message } = event;
    const edited = { message, snippet: plain(message.text) };
    return found.map((one) =>
      isOf(message, one) && isOlder(one.message, message) ? { ...one, ...edited } : one,
    );
  }
  if (event.type === 'user.updated') {
    const { user } = event;
    return found.map((one) => {
      const { author } = one.message;
      if (author.id !== user.id) return one;
      return { ...one, message: { ...one.message, author: withNewLook(author, user) } };
    });
  }
  if (event.type === 'room.deleted') return found.filter(({ room }) => room.id !== event.roomId);
  if (event.type === 'member.left' && event.user.id === me.value?.id) {
    // A public room may be read by whoever is not banned from it.
    const isReadable = (/** @type {RoomSummary} */ { kind }) =>
      kind === 'public' && event.reason !== 'banned';
    return found.filter(({ room }) => room.id !== event.roomId || isReadable(room));
  }
  return found;
}

/**
 * @param {Message} message
 * @param {SearchResult} result
 */
const isOf = ({ roomId, seq }, { message }) => message.roomId === roomId && message.seq === seq;

/**
 * @param {Message} one
 * @param {Message} other the same message
 */
const isOlder = (one, other) => (one.editedAt ?? '') < (other.editedAt ?? '');

/** Where the words are in a text that is new, only another search knows. @param {string} text */
const plain = (text) => [{ text, match: false }];
