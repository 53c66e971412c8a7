// @ts-check
/** @import { Message, Room } from '../../../src/protocol/resources.ts' */
/** @import { CachedPage } from './database.js' */
import { inDatabase } from './database.js';

/* Copies of what the server has, for a page that opens before the server responds. */

/** So many rooms keep a page; that of the others is loaded when they open. */
const MOST_PAGES = 30;

/**
 * Returns the list of somebody's rooms, and the one that was open last.
 *
 * @param {string} userId
 * @returns {Promise<{ rooms: Room[], lastRoom: string | null } | undefined>}
 */
export function readRooms(userId) {
  return inDatabase(async (database) => {
    const { store } = database.transaction('kept');
    if ((await store.get('owner')) !== userId) return undefined;
    const [rooms, lastRoom] = await Promise.all([store.get('rooms'), store.get('lastRoom')]);
    return Array.isArray(rooms)
      ? { rooms, lastRoom: typeof lastRoom === 'string' ? lastRoom : null }
      : undefined;
  });
}

/**
 * @param {string} roomId
 * @returns {Promise<CachedPage | undefined>}
 */
export function readPage(roomId) {
  return inDatabase((database) => database.get('pages', roomId));
}

/**
 * Keeps what has changed, if the user still is the owner of the cache.
 *
 * @param {string} userId
 * @param {object} changes
 * @param {Room[] | null} changes.rooms null where the list has not changed
 * @param {string | null} changes.lastRoom
 * @param {CachedPage[]} changes.pages
 * @param {ReadonlyMap<string, ReadonlyMap<number, Message>>} changes.messages changed ones by room and seq, of rooms
 *   that may have a page
 */
export function saveCopies(userId, { rooms, lastRoom, pages, messages }) {
  return inDatabase(async (database) => {
    const tx = database.transaction(['kept', 'pages'], 'readwrite');
    const [kept, stored] = [tx.objectStore('kept'), tx.objectStore('pages')];
    if ((await kept.get('owner')) === userId) {
      if (rooms) await kept.put(rooms, 'rooms');
      if (lastRoom !== null) await kept.put(lastRoom, 'lastRoom');
      for (const [roomId, changed] of messages) {
        const page = await stored.get(roomId);
        if (page) await stored.put(withMessages(page, changed));
      }
      for (const page of pages) await stored.put(page);
      let cursor = await stored.index('savedAt').openCursor();
      for (let over = (await stored.count()) - MOST_PAGES; over > 0 && cursor; over -= 1) {
        await cursor.delete();
        cursor = await cursor.continue();
      }
    }
    await tx.done;
  });
}

/**
 * Deletes the pages of rooms.
 *
 * @param {(roomId: string) => boolean} isLost
 */
export function deletePages(isLost) {
  return inDatabase(async (database) => {
    const tx = database.transaction('pages', 'readwrite');
    const lost = (await tx.store.getAllKeys()).filter(isLost);
    await Promise.all([...lost.map((roomId) => tx.store.delete(roomId)), tx.done]);
  });
}

/**
 * @param {CachedPage} page
 * @param {ReadonlyMap<number, Message>} changed
 * @returns {CachedPage}
 */
function withMessages(page, changed) {
  const rows = page.rows.map((row) => {
    const message = 'message' in row ? changed.get(row.seq) : undefined;
    return message ? { ...row, message } : row;
  });
  return { ...page, rows };
}
