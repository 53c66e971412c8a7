import type { Readable } from 'node:stream';
import type { Share } from '../fair-queue.ts';
import type { FilePart, OpenFile } from '../files/storage.ts';
import { ChatError } from '../protocol/errors.ts';
import type { FileLink } from '../protocol/files.ts';
import type { FileInfo } from '../protocol/resources.ts';
import { isoTime } from '../store/mapping/time.ts';
import { findFile, sumOfSizes, type FileRecord, type NewFile } from '../store/queries/files.ts';
import { findStanding } from '../store/queries/rooms.ts';
import { fileNameFrom } from './file-names.ts';
import { newId } from './ids.ts';
import { requireSpace } from './mutations/files.ts';
import { toFileInfo } from './mutations/sent-files.ts';
import { refusalToFetch, requireReader } from './permissions.ts';
import type { Services } from './services.ts';
import { LINK_MS } from './services/file-links.ts';
import type { Viewer } from './viewer.ts';

/**
 * Counts an upload of the viewer until the returned function is called. Throws where a file of so many bytes, as far as
 * that is known, would be refused: nothing of it has to be read then. The rest is checked once it is there.
 */
export async function beginUpload(
  { store, limits, transfers, config }: Services,
  { user }: Viewer,
  roomId: string,
  bytes: number,
): Promise<() => void> {
  requireReader(await findStanding(store.db, roomId, user.id));
  requireSpace(await sumOfSizes(store.db, user.id), bytes, config.maxFilesBytesPerUser);
  await limits.write(user.id);
  return transfers.uploads.start(user.id);
}

interface Arrived {
  readonly name: string;
  readonly path: string;
}

/** A file that arrives. */
export interface Arrival {
  /** Receives it: calls `stage` with its bytes, and returns its name, and what that returned, once all has arrived. */
  readonly receive: (stage: (content: Readable) => Promise<string>) => Promise<Arrived>;
  /** Whether its client has gone. */
  readonly isCancelled: () => boolean;
  readonly address: string;
}

/** Takes a file into a room. Whatever happens, a row comes with its file, or neither stays. */
export async function uploadFile(
  services: Services,
  { user }: Viewer,
  roomId: string,
  { receive, isCancelled, address }: Arrival,
): Promise<FileInfo> {
  const { store, storage, media, arriving, config } = services;
  const id = newId();
  arriving.add(id);
  try {
    const { name, path } = await receive((content) => storage.stage(id, content));
    const share: Share = { address, account: user.id };
    const { type, size, width, height } = await media.inspect(path, share);
    if (isCancelled()) throw new ChatError('validation_failed', { message: 'The client is gone' });
    await storage.keep(id);
    const file: NewFile = {
      id,
      roomId,
      userId: user.id,
      name: fileNameFrom(name),
      type,
      size,
      width,
      height,
      createdAt: Date.now(),
    };
    await store.mutate('addFile', { file, maxBytes: config.maxFilesBytesPerUser });
    return toFileInfo({ ...file, seq: null }, null);
  } catch (error) {
    // The row may be there: where it is not, the next sweep finds the file.
    if (!(error instanceof ChatError && error.isUnknown)) await removeNow(services, id);
    throw toRefusal(services, error);
  } finally {
    arriving.delete(id);
  }
}

async function removeNow({ storage, log }: Services, id: string): Promise<void> {
  try {
    await storage.remove(id);
  } catch (error) {
    log.warn({ err: error, fileId: id }, 'a refused file could not be removed yet');
  }
}

/** A failure of the storage as its caller receives it: the disk is full, or out of reach. */
function toRefusal({ log }: Services, error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (error instanceof ChatError || syscall === undefined) return error;
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  log.error({ err: error }, isFull ? 'FILES_DIR is full' : 'FILES_DIR could not be used');
  const message = isFull
    ? 'The server has no space left for files; nothing was stored'
    : 'The server cannot reach its files; try again';
  return new ChatError('unavailable', { message, retryAfter: 5 });
}

/** Opens a part of a file that the viewer may read, to be read or closed by the caller. */
export async function openFile(
  services: Services,
  viewer: Viewer,
  fileId: string,
  part: FilePart,
): Promise<{ file: FileRecord; opened: OpenFile }> {
  const { storage, log } = services;
  const file = await requireFile(services, viewer, fileId);
  if (part === 'thumbnail' && !isPicture(file)) {
    throw new ChatError('file_not_found', { message: 'Only pictures have a thumbnail' });
  }
  let opened: OpenFile | null;
  try {
    opened = await storage.open(fileId, part);
  } catch (error) {
    throw toRefusal(services, error);
  }
  if (opened) return { file, opened };
  log.error({ fileId, part }, 'a file is missing in FILES_DIR');
  throw new ChatError('file_not_found');
}

/** Signs a link to a file for the viewer, good until it expires or their session ends. */
export async function linkFile(
  services: Services,
  viewer: Viewer,
  fileId: string,
): Promise<FileLink> {
  const file = await requireFile(services, viewer, fileId);
  const expiresAt = Date.now() + LINK_MS;
  const owner = { userId: viewer.user.id, sessionId: viewer.sessionId, expiresAt };
  const link = services.fileLinks.sign(fileId, owner);
  return {
    url: `/files/${fileId}?link=${link}`,
    thumbnailUrl: isPicture(file) ? `/files/${fileId}/thumbnail?link=${link}` : null,
    expiresAt: isoTime(expiresAt),
  };
}

/** Deletes a file that the viewer has uploaded and not sent. */
export async function deleteFile(
  { store, limits, fileRemoval }: Services,
  { user }: Viewer,
  fileId: string,
): Promise<void> {
  await limits.write(user.id);
  await store.mutate('deleteFile', { fileId, userId: user.id });
  fileRemoval.wake();
}

/**
 * Returns a file that the viewer may read: its uploader until it is sent, and everybody who may read its room from
 * then on. To all others it does not exist; those who are banned get `forbidden`.
 */
async function requireFile(
  { store }: Services,
  { user }: Viewer,
  fileId: string,
): Promise<FileRecord> {
  const file = await findFile(store.db, fileId);
  if (!file || (file.seq === null && file.userId !== user.id)) {
    throw new ChatError('file_not_found');
  }
  const refusal = refusalToFetch(await findStanding(store.db, file.roomId, user.id));
  if (refusal) throw refusal;
  return file;
}

const isPicture = ({ width }: FileRecord) => width !== null;
