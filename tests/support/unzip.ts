import { buffer } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { fromBuffer, type Entry, type ZipFile } from 'yauzl';

/** Unpacks an archive by another program than the one that made it: the contents of its files, by their paths. */
export async function unzip(archive: Buffer): Promise<Map<string, Buffer>> {
  const zip = await promised<ZipFile>((done) => fromBuffer(archive, { lazyEntries: true }, done));
  const files = new Map<string, Buffer>();
  for (;;) {
    const entry = await new Promise<Entry | null>((resolve, reject) => {
      zip.removeAllListeners();
      zip.once('entry', resolve);
      zip.once('end', () => resolve(null));
      zip.once('error', reject);
      zip.readEntry();
    });
    if (!entry) return files;
    const content = await promised<Readable>((done) => zip.openReadStream(entry, done));
    files.set(entry.fileName, await buffer(content));
  }
}

const promised = <T>(begin: (done: (error: Error | null, value: T) => void) => void) =>
  new Promise<T>((resolve, reject) => {
    begin((error, value) => (error ? reject(error) : resolve(value)));
  });
