// @ts-check
/** @import { Message, Room } from '../../../src/protocol/resources.ts' */
/** @import { Refusal } from '../../i18n/refusals.js' */
/** @import { Note } from '../timeline.js' */
/** @import { IDBPDatabase } from 'idb' */
import { openDB } from 'idb';

/**
 * A message that the server may not have yet.
 *
 * @typedef {object} OutboxEntry
 * @property {string} clientMsgId
 * @property {string} userId who wrote it
 * @property {string} tab the tab that sends it
 * @property {string} roomId
 * @property {string} roomName for the writer, where the room is gone
 * @property {string} text
 * @property {number} [replyTo]
 * @property {number} writtenAt entries of a room are sent in this order
 * @property {'sending' | 'failed'} state `failed`: refused for good
 * @property {Refusal | null} trouble why it failed
 * @property {StoredFile[]} [files]
 *
 * A file of such a message; the store `files` may have its bytes.
 *
 * @typedef {object} StoredFile
 * @property {string} key
 * @property {string} name
 * @property {number} size in bytes
 * @property {string} type as the browser sees it
 * @property {string} alt what it shows; may be empty
 * @property {string | null} fileId its id on the server, once it is there
 *
 * @typedef {{ clientMsgId: string, key: string, blob: Blob }} StoredBytes
 *
 * A line of a room.
 * @typedef {{ seq: number, at: string } & ({ message: Message } | { note: Note })} CachedRow
 *
 * The newest lines of a room, as they were when everything up to `lastSeq` was seen.
 *
 * @typedef {object} CachedPage
 * @property {string} roomId
 * @property {string} epoch
 * @property {number} lastSeq
 * @property {boolean} hasOlder
 * @property {CachedRow[]} rows
 * @property {number} savedAt
 *
 * @typedef {object} Schema
 * @property {{ key: 'owner' | 'lastRoom' | 'rooms', value: string | Room[] }} kept `owner`: the id of the user whose
 *   copies these and `pages` are; `rooms`: the list of their rooms
 * @property {{ key: string, value: CachedPage, indexes: { savedAt: number } }} pages
 * @property {{ key: string, value: OutboxEntry, indexes: { userId: string } }} outbox of everybody who uses this browser
 * @property {{ key: [string, string], value: StoredBytes }} files
 *
 * @typedef {IDBPDatabase<Schema>} Database
 */

/** @type {Promise<Database> | null} */
let opening = null;
/** While it clears its storage, the browser closes again what is opened meanwhile. */
const CLEARING_MS = 1_000;
/** @type {() => void} */
let onLost = () => {};

/**
 * Returns what `work` returns; undefined where there is no database (a private window of some browsers), where it is
 * full, or fails otherwise. The page works without it, and then keeps everything in memory only.
 *
 * @template T
 * @param {(database: Database) => Promise<T>} work
 * @returns {Promise<T | undefined>}
 */
export async function inDatabase(work) {
  try {
    opening ??= open();
    return await work(await opening.catch(forget));
  } catch {
    return undefined;
  }
}

function open() {
  return openDB('charla', 2, {
    upgrade(/** @type {Database} */ database, oldVersion) {
      if (oldVersion < 1) {
        database.createObjectStore('kept');
        const pages = database.createObjectStore('pages', { keyPath: 'roomId' });
        pages.createIndex('savedAt', 'savedAt');
        const outbox = database.createObjectStore('outbox', { keyPath: 'clientMsgId' });
        outbox.createIndex('userId', 'userId');
      }
      database.createObjectStore('files', { keyPath: ['clientMsgId', 'key'] });
    },
    // Another tab has a newer version of the page, and waits for this.
    blocking: reopen,
    // The browser has cleared its storage: the user wished it, or the disk was full.
    terminated() {
      reopen();
      setTimeout(onLost, CLEARING_MS);
    },
  });
}

/** @param {() => void} listener called after the browser has deleted everything that was kept */
export function onStorageLost(listener) {
  onLost = listener;
}

/**
 * The next use tries to open the database again.
 *
 * @param {unknown} error
 * @returns {never}
 */
function forget(error) {
  opening = null;
  throw error;
}

function reopen() {
  opening?.then((database) => database.close()).catch(() => {});
  opening = null;
}

/**
 * Returns the result of a read that the start of the page waits for, unless the database hangs.
 *
 * @template T
 * @param {Promise<T>} reading
 * @returns {Promise<T | undefined>}
 */
export function soon(reading) {
  const late = new Promise((resolve) => setTimeout(resolve, LONGEST_READ_MS));
  return Promise.race([reading, /** @type {Promise<undefined>} */ (late)]);
}

const LONGEST_READ_MS = 2_000;

/**
 * Makes somebody the owner of the cache. Deletes what is cached of anybody else; what others wrote and could not send
 * stays, for their return.
 *
 * @param {string} userId
 */
export function setOwner(userId) {
  return inDatabase(async (database) => {
    const tx = database.transaction(['kept', 'pages'], 'readwrite');
    const kept = tx.objectStore('kept');
    if ((await kept.get('owner')) !== userId) {
      await Promise.all([kept.clear(), tx.objectStore('pages').clear(), kept.put(userId, 'owner')]);
    }
    await tx.done;
  });
}

/** Deletes every copy of rooms and messages. Nothing is cached again before somebody is the owner. */
export function clearCache() {
  return inDatabase(async (database) => {
    const tx = database.transaction(['kept', 'pages'], 'readwrite');
    await Promise.all([tx.objectStore('kept').clear(), tx.objectStore('pages').clear(), tx.done]);
  });
}
