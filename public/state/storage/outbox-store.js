// @ts-check
/** @import { OutboxEntry, StoredBytes } from './database.js' */
import { inDatabase } from './database.js';

/* What was written and has not arrived, kept over reloads and closed tabs. */

/**
 * @param {OutboxEntry} entry
 * @param {readonly StoredBytes[]} [files] those of its files that are kept
 * @returns {Promise<boolean>} whether all of it is kept
 */
export async function saveEntry(entry, files = []) {
  const isSaved = await inDatabase(async (database) => {
    const tx = database.transaction(STORES, 'readwrite');
    const saved = [
      tx.objectStore('outbox').put(entry),
      ...files.map((file) => tx.objectStore('files').put(file)),
    ];
    // Without waiting for the response: the tab may be closed this moment.
    tx.commit();
    await Promise.all([...saved, tx.done]);
    return true;
  });
  // There is no room for them, or one of them can no longer be read. The text is kept anyway.
  if (!isSaved && files.length > 0) await saveEntry(entry);
  return isSaved === true;
}

/** @param {string} clientMsgId */
export function deleteEntry(clientMsgId) {
  return inDatabase(async (database) => {
    const tx = database.transaction(STORES, 'readwrite');
    const deleted = [
      tx.objectStore('outbox').delete(clientMsgId),
      tx.objectStore('files').delete(filesOf(clientMsgId)),
    ];
    await Promise.all([...deleted, tx.done]);
  });
}

/**
 * Returns what a tab has to send for somebody: its own entries, and those of tabs that are gone, which it takes over.
 *
 * @param {string} userId
 * @param {string} tab
 * @param {(tab: string) => boolean} isGone
 * @returns {Promise<{ entries: OutboxEntry[], files: StoredBytes[], others: string[] }>} `entries` in the order in
 *   which they were written; `others`: the tabs that have entries of their own
 */
export async function adoptEntries(userId, tab, isGone) {
  const adopted = await inDatabase(async (database) => {
    const tx = database.transaction(STORES, 'readwrite');
    const outbox = tx.objectStore('outbox');
    /** @type {OutboxEntry[]} */
    const all = await outbox.index('userId').getAll(userId);
    const mine = all.filter((entry) => entry.tab === tab || isGone(entry.tab));
    const entries = mine.map((entry) => ({ ...entry, tab }));
    const writes = entries.filter((_, i) => mine[i]?.tab !== tab).map((one) => outbox.put(one));
    const files = await Promise.all(
      entries
        .filter((entry) => entry.files)
        .map(({ clientMsgId }) => tx.objectStore('files').getAll(filesOf(clientMsgId))),
    );
    await Promise.all([...writes, tx.done]);
    const others = all.filter((entry) => !mine.includes(entry)).map((entry) => entry.tab);
    return { entries, files: files.flat(), others: [...new Set(others)] };
  });
  const { entries = [], files = [], others = [] } = adopted ?? {};
  return { entries: entries.toSorted((a, b) => a.writtenAt - b.writtenAt), files, others };
}

/** @param {string} userId whose unsent messages are deleted */
export function clearEntries(userId) {
  return inDatabase(async (database) => {
    const tx = database.transaction(STORES, 'readwrite');
    const [outbox, files] = [tx.objectStore('outbox'), tx.objectStore('files')];
    const keys = await outbox.index('userId').getAllKeys(userId);
    const deleted = keys.flatMap((key) => [outbox.delete(key), files.delete(filesOf(key))]);
    await Promise.all([...deleted, tx.done]);
  });
}

const STORES = /** @type {('outbox' | 'files')[]} */ (['outbox', 'files']);

/** The keys of a message's files. @param {string} clientMsgId */
const filesOf = (clientMsgId) => IDBKeyRange.bound([clientMsgId], [clientMsgId, []]);
