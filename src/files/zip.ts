import { once } from 'node:events';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ZipFile } from 'yazl';

/** A file in an archive. */
export interface ZipEntry {
  /** Its path in the archive. */
  readonly path: string;
  readonly content: AsyncIterable<Uint8Array | string>;
  /** Whether it is text, which becomes a tenth. Pictures and films are compressed already. */
  readonly isText: boolean;
  readonly changedAt: Date;
}

/** The longest name of a file in an archive, in bytes: file systems take 255. */
const MAX_NAME_BYTES = 200;

/** Returns an archive as it is made: the next part of an entry is asked for when its reader has taken the last. */
export function zipOf(entries: AsyncIterable<ZipEntry>): Readable {
  const zip = new ZipFile();
  const output = zip.outputStream as Readable;
  const gone = new AbortController();
  output.once('close', () => gone.abort());
  const fail = (error: Error) => output.destroy(error);
  zip.on('error', fail);
  pack(zip, entries, gone.signal).catch(fail);
  return output;
}

/**
 * Adds one entry after the other, until `signal` says that nobody reads them. Whatever happens, nothing is read of an
 * entry's content once the next entry is asked for.
 */
async function pack(
  zip: ZipFile,
  entries: AsyncIterable<ZipEntry>,
  signal: AbortSignal,
): Promise<void> {
  for await (const { path, content, isText, changedAt } of entries) {
    const source = Readable.from(content, { objectMode: false, highWaterMark: 0 });
    try {
      // Nobody needs more of the mode than that its owner may read it.
      zip.addReadStream(source, path, { compress: isText, mtime: changedAt, mode: 0o100600 });
      await finished(source, { signal });
    } finally {
      source.destroy();
      if (!source.closed) await once(source, 'close');
    }
  }
  zip.end();
}

/** The name that a file has in an archive, for any name that it has here: every system can unpack it. */
export function nameInZip(id: string, name: string): string {
  const characters = [...name.replace(/[<>:"/\\|?*\p{Cc}]/gu, '_').replace(/[. ]+$/, '')];
  // Its end stays, which says what it is.
  while (Buffer.byteLength(characters.join('')) > MAX_NAME_BYTES) characters.shift();
  return `${id}-${characters.join('')}`;
}
