// @ts-check
/** @import { ChatEvent } from '../../src/protocol/events.ts' */

/** @typedef {ChatEvent} News */

/** @type {Set<(news: News) => void>} */
const listeners = new Set();

/**
 * For whatever keeps a copy of what the server has: calls back with the news of all rooms of the user, in
 * order. What of it a room's own socket tells, too, may come twice.
 *
 * @param {(news: News) => void} listener
 * @returns {() => void} ends it
 */
export function onNews(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** @param {News} news */
export function tellNews(news) {
  for (const listener of listeners) listener(news);
}
