import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FileStorage, OpenFile } from './storage.ts';

/** How much is read at once, in bytes. */
const CHUNK = 256 * 1024;

/**
 * Copies a file and its thumbnail to another storage, where they are on disk once this resolves. Returns the bytes of
 * the file, or null where there is none. What is there already stays: files never change.
 */
export async function copyFile(
  from: FileStorage,
  to: FileStorage,
  id: string,
): Promise<number | null> {
  const source = await from.open(id, 'content');
  if (!source) return null;
  const { size } = source;
  if ((await sizeOf(to, id)) === size) {
    source.close();
    return size;
  }
  // A copy that was cut off may have left a part.
  await to.remove(id);
  const staged = await to.stage(id, bytesOf(source));
  const thumbnail = await from.open(id, 'thumbnail');
  if (thumbnail) {
    await pipeline(bytesOf(thumbnail), createWriteStream(`${staged}.thumbnail`, { mode: 0o600 }));
  }
  await to.keep(id);
  return size;
}

async function sizeOf(storage: FileStorage, id: string): Promise<number | null> {
  const file = await storage.open(id, 'content');
  file?.close();
  return file?.size ?? null;
}

/** The bytes of a file, which is closed at their end. */
function bytesOf(file: OpenFile): Readable {
  let position = 0;
  return new Readable({
    read(): void {
      const buffer = Buffer.allocUnsafe(CHUNK);
      const pushNext = async () => {
        const bytes = await file.read(buffer, position);
        position += bytes;
        this.push(bytes === 0 ? null : buffer.subarray(0, bytes));
      };
      pushNext().catch((error: Error) => this.destroy(error));
    },
    destroy(error, done): void {
      file.close();
      done(error);
    },
  });
}
