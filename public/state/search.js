// @ts-check
/** @import { Message, RoomFacts } from '../chat-client.js' */
/** @import { Signal } from '@preact/signals-core' */
import { batch, signal } from '@preact/signals-core';
import { client } from './session.js';

/**
 * @typedef {{ message: Message, room: RoomFacts, snippet: { text: string, match: boolean }[] }} SearchResult
 */

const PAGE = 30;

/** What is being looked for, and what was found so far. */
const searched = signal('');
/** @type {Signal<readonly SearchResult[]>} */
export const results = signal([]);
/** @type {Signal<'idle' | 'loading' | 'ready' | 'failed'>} */
export const searchState = signal('idle');
/** @type {Signal<string | null>} */
export const moreResults = signal(null);

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

async function load() {
  const query = searched.value;
  try {
    const page = await client.request('GET', 'search', {
      query: { q: query, cursor: moreResults.value ?? undefined, limit: PAGE },
    });
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
