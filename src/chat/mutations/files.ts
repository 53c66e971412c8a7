import { ChatError } from '../../protocol/errors.ts';
import * as files from '../../store/queries/files.ts';
import { getMeta, setMeta } from '../../store/queries/meta.ts';
import { findStanding } from '../../store/queries/rooms.ts';
import type { Tx } from '../../store/transaction.ts';
import { refusalToFetch, requireReader } from '../permissions.ts';
import { requireWriter } from './messages.ts';

/* The rows of files. The files themselves are written before, and removed after. */

/** How many rows one transaction removes: bounds how long others wait for it. */
const MAX_REMOVED = 500;

/** Takes a file into a room that the user may write in; `maxBytes` is what all their files may take, 0 anything. */
export async function addFile(
  tx: Tx,
  { file, maxBytes }: { file: files.NewFile; maxBytes: number },
): Promise<void> {
  const { roomId, userId, size } = file;
  await requireWriter(tx, requireReader(await findStanding(tx.db, roomId, userId)), userId);
  requireSpace(await files.sumOfSizes(tx.db, userId), size, maxBytes);
  await files.insertFile(tx.db, file);
}

/** Throws where a user's files would take more than they may. Sizes are in bytes. */
export function requireSpace(used: number, size: number, maxBytes: number): void {
  if (maxBytes === 0 || used + size <= maxBytes) return;
  const inMiB = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
  const message =
    `Your files take ${inMiB(used)} MiB and may take ${inMiB(maxBytes)} MiB; this one does not fit. ` +
    'Delete messages with files first';
  throw new ChatError('quota_exceeded', { message });
}

/** Removes a file that its sender has not sent. */
export async function deleteFile(
  tx: Tx,
  { fileId, userId }: { fileId: string; userId: string },
): Promise<void> {
  const file = await files.findFile(tx.db, fileId);
  if (!file || (file.userId !== userId && file.seq === null)) {
    throw new ChatError('file_not_found');
  }
  if (file.userId !== userId || file.seq !== null) {
    const refusal = refusalToFetch(await findStanding(tx.db, file.roomId, userId));
    if (refusal) throw refusal;
    const message = 'A message carries this file; delete the message';
    throw new ChatError('forbidden', { message });
  }
  await files.removeFiles(tx.db, { fileId }, 1);
}

/** Removes files that nobody has sent since a time, in milliseconds since 1970. Returns whether there may be more. */
export async function removeUnsentFiles(
  tx: Tx,
  { unsentSince }: { unsentSince: number },
): Promise<boolean> {
  return (await files.removeFiles(tx.db, { unsentSince }, MAX_REMOVED)) === MAX_REMOVED;
}

/** Removes files of a deleted room; returns how many. */
export const removeFilesOfRoom = (tx: Tx, roomId: string): Promise<number> =>
  files.removeFiles(tx.db, { roomId }, MAX_REMOVED);

/** Forgets files that are gone. */
export async function forgetRemovals(tx: Tx, { ids }: { ids: readonly string[] }): Promise<void> {
  await files.deleteRemovals(tx.db, ids);
}

/** Returns the id of the folder that has the files of this database: one that was kept earlier, or `id`. */
export async function keepFilesId(tx: Tx, id: string): Promise<string> {
  const kept = await getMeta(tx.db, 'files_id');
  if (kept !== undefined) return kept;
  await setMeta(tx.db, 'files_id', id);
  return id;
}
