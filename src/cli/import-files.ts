import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FileOfLine, ReceivedFile } from '../chat/import/files.ts';
import { Misfit } from '../chat/import/step.ts';
import type { Media } from '../files/media.ts';
import type { FileStorage } from '../files/storage.ts';
import { typeOf } from '../files/type.ts';
import { ChatError } from '../protocol/errors.ts';
import { FILES, openOwn, THUMBNAIL } from './export-files.ts';

/** Files that are copied at once. */
const AT_ONCE = 4;

/** Where the bytes of files come from, and where they go. */
export interface FileTransfer {
  /** The folder of the export. */
  readonly folder: string;
  readonly storage: FileStorage;
  readonly media: Media;
}

/** Copies the bytes of some files to FILES_DIR. Throws a `Misfit` for one that is not what its line says. */
export async function receiveFiles(
  transfer: FileTransfer,
  lines: readonly FileOfLine[],
): Promise<ReceivedFile[]> {
  const received: ReceivedFile[] = [];
  const left = [...lines.entries()].toReversed();
  const receiveNext = async () => {
    for (let next = left.pop(); next; next = left.pop()) {
      const [i, line] = next;
      received[i] = await receive(transfer, line).catch((error: unknown) => {
        if (error instanceof ChatError) throw new Misfit(i, whyOf(error));
        throw error instanceof Unfit ? new Misfit(i, error.message) : error;
      });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, receiveNext));
  return received;
}

/** A file that is not what its line says. */
class Unfit extends Error {}

/** Why the server would not take a picture. */
const whyOf = ({ details, message }: ChatError) => details?.[0]?.message ?? message;

async function receive(transfer: FileTransfer, line: FileOfLine): Promise<ReceivedFile> {
  const { storage } = transfer;
  if (line.isMissing) {
    const { size, width, height } = line;
    return { type: 'application/octet-stream', size, width, height };
  }
  // A run that was killed may have left a part.
  await storage.remove(line.id);
  const file = await openPart(transfer, line.nameThere);
  if (!file) throw new Unfit(`has no file ${FILES}/${line.nameThere}`);
  try {
    const { received, staged } = await stage(transfer, line, file);
    if (line.sha256 !== null && line.sha256 !== staged.sha256) {
      throw new Unfit(`has another sha256 than ${FILES}/${line.nameThere}, which is damaged`);
    }
    const inspected = await received();
    await storage.keep(line.id);
    return inspected;
  } catch (error) {
    await storage.remove(line.id);
    throw error;
  } finally {
    await file.close();
  }
}

/** Writes the bytes under a temporary name; `received` then looks at what they are. */
async function stage({ folder, storage, media }: FileTransfer, line: FileOfLine, file: FileHandle) {
  const hash = createHash('sha256');
  async function* bytes() {
    for await (const chunk of file.createReadStream({ autoClose: false })) {
      // The storage takes the memory of what it gets.
      hash.update(chunk as Buffer);
      yield chunk as Buffer;
    }
  }
  const path = await storage.stage(line.id, Readable.from(bytes()));
  const received = async (): Promise<ReceivedFile> => {
    const thumbnail = await openPart({ folder }, line.nameThere + THUMBNAIL);
    // A picture of another program is cleaned, as an upload is.
    if (!thumbnail) return media.inspect(path, { address: '', account: '' });
    try {
      const content = thumbnail.createReadStream({ autoClose: false });
      await pipeline(content, createWriteStream(path + THUMBNAIL, { mode: 0o600 }));
    } finally {
      await thumbnail.close();
    }
    const { size } = await file.stat();
    return { type: await typeOf(path), size, width: line.width, height: line.height };
  };
  return { staged: { sha256: hash.digest('hex') }, received };
}

/** Opens a file of the folder; null where there is none. */
async function openPart({ folder }: Pick<FileTransfer, 'folder'>, name: string) {
  const file = await openOwn(join(folder, FILES, name));
  if (!file || (await file.stat()).isFile()) return file;
  await file.close();
  return null;
}
