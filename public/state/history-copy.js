// @ts-check
/** @import { History } from './history.js' */
/** @import { CachedPage } from './storage/database.js' */
import { batch } from '@preact/signals-core';
import { withLatestAuthor } from './people.js';

/**
 * Shows rows that were kept from an earlier visit, if nothing was requested yet.
 *
 * @param {History} history
 * @param {Pick<CachedPage, 'rows' | 'hasOlder'>} page
 * @returns {boolean} whether it shows them
 */
export function restoreRows(history, { rows, hasOlder }) {
  if (history.wasOpened || rows.length === 0) return false;
  batch(() => {
    for (const row of rows) {
      // Copies that are older than files lack them.
      if ('message' in row)
        history.place(withLatestAuthor({ ...row.message, files: row.message.files ?? [] }));
      else history.timeline.putNote(row.seq, row.at, row.note);
    }
    history.hasOlder.value = hasOlder;
    history.first.value = 'ready';
  });
  return true;
}

/**
 * Returns the newest rows, to be kept for another visit; null while they are not loaded.
 *
 * @param {History} history
 * @param {number} most
 */
export function newestRows({ first, hasOlder, isPast, timeline }, most) {
  if (first.peek() !== 'ready' || isPast.peek()) return null;
  const rows = timeline.newest(most + 1);
  return { rows: rows.slice(-most), hasOlder: hasOlder.peek() || rows.length > most };
}
