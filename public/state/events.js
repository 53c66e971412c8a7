// @ts-check
/** @import { ChatEvent } from '../../src/protocol/events.ts' */

/** @type {Set<(event: ChatEvent) => void>} */
const listeners = new Set();

/**
 * Calls back with the events of all rooms of the user, in order: whatever keeps a copy of what the server has
 * listens here. An event that a room's own socket delivers may come from there as well.
 *
 * @param {(event: ChatEvent) => void} listener
 * @returns {() => void} stops the calls
 */
export function onEvent(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** @param {ChatEvent} event */
export function publishEvent(event) {
  for (const listener of listeners) listener(event);
}
