// @ts-check
import { putRoom } from './room-list.js';
import { api } from './client.js';

/** How long a room's counts have to be stable before they are loaded. */
const CALM_MS = 300;

/**
 * Rooms about to be loaded. The end of a membership cancels the load: its response would bring the room back.
 *
 * @type {Map<string, { cancel: () => void }>}
 */
const refreshes = new Map();

/**
 * Loads a room's counts once they have stopped changing.
 *
 * @param {string} roomId
 */
export const refreshSoon = (roomId) => refresh(roomId, CALM_MS);

/** @param {string} roomId */
export const refreshNow = (roomId) => refresh(roomId, 0);

/** @param {string} roomId */
export const cancelRefresh = (roomId) => refreshes.get(roomId)?.cancel();

export function cancelRefreshes() {
  for (const pending of refreshes.values()) pending.cancel();
}

/**
 * @param {string} roomId
 * @param {number} waitMs
 */
function refresh(roomId, waitMs) {
  cancelRefresh(roomId);
  const timer = setTimeout(() => void load(), waitMs);
  const own = {
    cancel() {
      clearTimeout(timer);
      if (refreshes.get(roomId) === own) refreshes.delete(roomId);
    },
  };
  refreshes.set(roomId, own);

  async function load() {
    try {
      const room = await api.getRoom(roomId);
      if (refreshes.get(roomId) === own) putRoom(room);
    } catch {
      // The room is gone; its own event says so.
    } finally {
      own.cancel();
    }
  }
}
