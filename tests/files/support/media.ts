import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, expect } from 'vitest';
import { Media } from '../../../src/files/media.ts';

export const share = { address: 'address', account: 'account' };

/** A Media for the tests of a file, and a folder for what they inspect. */
export function openMedia() {
  const media = new Media();
  const folder = mkdtempSync(join(tmpdir(), 'charla-media-'));
  let count = 0;
  afterAll(async () => {
    await media.close();
    rmSync(folder, { recursive: true });
  });

  const place = () => join(folder, String((count += 1)));

  /** Writes a file with these bytes, and inspects it. */
  async function inspect(bytes: Buffer | string) {
    const path = place();
    await writeFile(path, bytes);
    return { path, ...(await media.inspect(path, share)) };
  }

  const typeOf = async (bytes: Buffer | string) => (await inspect(bytes)).type;

  /** Inspects a picture; what it has become, and its thumbnail. */
  async function clean(bytes: Buffer) {
    const inspected = await inspect(bytes);
    const stored = await readFile(inspected.path);
    const thumbnail = await readFile(`${inspected.path}.thumbnail`);
    return { ...inspected, stored, thumbnail };
  }

  return { media, folder, place, inspect, typeOf, clean };
}

/** What a refusal says about the file. */
export const rejects = (message: string | RegExp) => ({
  code: 'validation_failed',
  details: [{ path: '/file', message: expect.stringMatching(message) as string }],
});

/** The colour in the middle of each corner's quarter, clockwise from the upper left one. */
export async function cornersOf(picture: Buffer): Promise<string[]> {
  const { data, info } = await sharp(picture)
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number) => {
    const start = (Math.floor(info.height * y) * info.width + Math.floor(info.width * x)) * 3;
    const near = [...data.subarray(start, start + 3)].map((value) => (value > 127 ? 'ff' : '00'));
    return `#${near.join('')}`;
  };
  return [at(0.25, 0.25), at(0.75, 0.25), at(0.75, 0.75), at(0.25, 0.75)];
}
