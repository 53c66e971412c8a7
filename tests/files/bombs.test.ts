import { deflateSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { openMedia, rejects } from './support/media.ts';
import { gif, lying, png, tiff } from './support/pictures.ts';

const { inspect } = openMedia();

it('rejects a small file that says it is 60,000 × 60,000 pixels', async () => {
  const bombs = [
    png(60_000, 60_000),
    gif(60_000, 60_000, 1),
    tiff(60_000, 60_000),
    await lying('jpeg', 60_000),
    await lying('avif', 60_000),
    // The most that WebP can say.
    await lying('webp', 16_383),
  ];
  for (const bomb of bombs) {
    expect(bomb.length).toBeLessThan(1200);
    await expect(inspect(bomb)).rejects.toMatchObject(rejects('too many pixels'));
  }
});

it('rejects tiles and frames that are larger than their picture says', async () => {
  await expect(inspect(tiff(100, 100, 30_000))).rejects.toMatchObject(rejects('cannot be read'));
  const large = gif(60_000, 60_000, 1);
  // The screen of a GIF is smaller than its frame.
  for (const [at, value] of [
    [6, 10],
    [8, 10],
  ] as const)
    large.writeUInt16LE(value, at);
  await expect(inspect(large)).rejects.toMatchObject(rejects('too many pixels'));
});

it('bounds a still picture to 50 million pixels, an animation to 100 million and 1,000 frames', async () => {
  const tooMany = rejects('too many pixels');
  await expect(inspect(png(10_001, 5000))).rejects.toMatchObject(tooMany);
  await expect(inspect(gif(10_001, 5000, 1))).rejects.toMatchObject(tooMany);
  await expect(inspect(gif(1001, 1000, 100))).rejects.toMatchObject(tooMany);
  expect(await inspect(gif(10, 10, 1000))).toMatchObject({ width: 10, height: 10 });
  await expect(inspect(gif(1, 1, 1001))).rejects.toMatchObject(rejects('has 1001 frames'));
});

it('reads no profile or comment that unpacks to 50 MB', async () => {
  const packed = deflateSync(Buffer.alloc(50e6));
  const bomb = png(10, 10, ['iCCP', Buffer.concat([Buffer.from('x\0\0', 'latin1'), packed])]);
  expect(await inspect(bomb)).toMatchObject({ type: 'image/png', width: 10 });
  const text = Buffer.concat([Buffer.from('x\0\0', 'latin1'), packed]);
  expect(await inspect(png(10, 10, ['zTXt', text]))).toMatchObject({ width: 10 });
});
