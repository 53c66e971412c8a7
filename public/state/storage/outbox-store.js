// @ts-check
/** @import { OutboxEntry } from './database.js' */
import { inDatabase } from './database.js';

/* What was written and has not arrived, kept over reloads and closed tabs. */

/**
 * @param {OutboxEntry} entry
 * @returns {Promise<boolean>} whether it is kept
 */
export async function saveEntry(entry) {
  const isSaved = await inDatabase(async (database) => {
    const tx = database.transaction('outbox', 'readwrite');
    const saved = tx.store.put(entry);
    // Without waiting for the response: the tab may be closed this moment.
    tx.commit();
    await Promise.all([saved, tx.done]);
    return true;
  });
  return isSaved === true;
}

/** @param {string} clientMsgId */
export function deleteEntry(clientMsgId) {
  return inDatabase((database) => database.delete('outbox', clientMsgId));
}

/**
 * Returns what a tab has to send for somebody: its own entries, and those of tabs that are gone, which it takes over.
 *
 * @param {string} userId
 * @param {string} tab
 * @param {(tab: string) => boolean} isGone
 * @returns {Promise<{ entries: OutboxEntry[], others: string[] }>} in the order in which they were written; `others`:
 *   the tabs that have entries of their own
 */
export async function adoptEntries(userId, tab, isGone) {
  const adopted = await inDatabase(async (database) => {
    const tx = database.transaction('outbox', 'readwrite');
    /** @type {OutboxEntry[]} */
    const all = await tx.store.index('userId').getAll(userId);
    const mine = all.filter((entry) => entry.tab === tab || isGone(entry.tab));
    const entries = mine.map((entry) => ({ ...entry, tab }));
    const writes = entries.filter((_, i) => mine[i]?.tab !== tab).map((one) => tx.store.put(one));
    await Promise.all([...writes, tx.done]);
    const others = all.filter((entry) => !mine.includes(entry)).map((entry) => entry.tab);
    return { entries, others: [...new Set(others)] };
  });
  const { entries = [], others = [] } = adopted ?? {};
  return { entries: entries.toSorted((a, b) => a.writtenAt - b.writtenAt), others };
}

/** @param {string} userId whose unsent messages are deleted */
export function clearEntries(userId) {
  return inDatabase(async (database) => {
    const tx = database.transaction('outbox', 'readwrite');
    const keys = await tx.store.index('userId').getAllKeys(userId);
    await Promise.all([...keys.map((key) => tx.store.delete(key)), tx.done]);
  });
}
