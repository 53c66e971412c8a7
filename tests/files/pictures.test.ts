import { readFile } from 'node:fs/promises';
import { statSync } from 'node:fs';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { cornersOf, openMedia, rejects } from './support/media.ts';
import * as pictures from './support/pictures.ts';

const { inspect, clean } = openMedia();
const { CORNERS, SECRET } = pictures;

/** What is left of metadata. */
async function metadataOf(picture: Buffer) {
  const { exif, xmp, iptc, icc, orientation, comments } = await sharp(picture).metadata();
  return { exif, xmp, iptc, icc, orientation, comments };
}

it('turns pictures of all orientations upright', async () => {
  const picture = await pictures.upright();
  for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
    const stored = await pictures.turned(picture, orientation);
    const jpeg = await pictures.withMetadata(stored, 'jpeg', orientation);
    if (orientation !== 1) expect(await cornersOf(jpeg)).not.toEqual(CORNERS);
    const found = await clean(jpeg);
    expect(found).toMatchObject({ type: 'image/jpeg', width: 96, height: 64 });
    expect(await cornersOf(found.stored), `orientation ${orientation}`).toEqual(CORNERS);
    expect(await cornersOf(found.thumbnail), `orientation ${orientation}`).toEqual(CORNERS);
  }
});

it('leaves no place, device, comment or profile in a picture of any format', async () => {
  const picture = await pictures.turned(await pictures.upright(), 6);
  for (const format of ['jpeg', 'png', 'webp', 'avif', 'tiff'] as const) {
    const original = await pictures.withMetadata(picture, format, 6);
    expect(original.includes(SECRET), format).toBe(true);
    const { stored, thumbnail, ...found } = await clean(original);
    expect(found).toMatchObject({ type: `image/${format}`, size: stored.length });
    expect(found).toMatchObject({ width: 96, height: 64 });
    expect(await cornersOf(stored), format).toEqual(CORNERS);
    for (const one of [stored, thumbnail]) {
      const left = await metadataOf(one);
      // A TIFF says that it is upright.
      expect(left, format).toEqual(format === 'tiff' && one === stored ? { orientation: 1 } : {});
      for (const trace of [SECRET, 'Exif', 'GPS', 'xmpmeta']) {
        expect(one.includes(trace), `${trace} in ${format}`).toBe(false);
      }
    }
  }
  const jpeg = pictures.withJpegComment(await sharp(picture).jpeg().toBuffer(), SECRET);
  const gif = pictures.withGifComment(await sharp(picture).gif().toBuffer(), SECRET);
  const noted = Buffer.from(`Comment\0${SECRET}`);
  const png = pictures.png(10, 10, ['tEXt', noted], ['prVt', noted]);
  for (const original of [jpeg, gif, png]) {
    expect((await clean(original)).stored.includes(SECRET)).toBe(false);
  }
});

it('converts colours to sRGB, and keeps transparency and the colours of a palette', async () => {
  const create = { width: 8, height: 8, channels: 4 as const, background: '#00ff0080' };
  const wide = await sharp({ create: { ...create, background: '#00c000ff' } })
    .withIccProfile('p3')
    .png()
    .toBuffer();
  // Read as sRGB, its bytes would be another green.
  const bytesOf = (picture: Buffer) => sharp(picture, { ignoreIcc: true }).raw().toBuffer();
  expect([...(await bytesOf(wide)).subarray(0, 3)]).not.toEqual([0, 192, 0]);
  const [red, green, blue] = await bytesOf((await clean(wide)).stored);
  expect(Math.max(Math.abs(red!), Math.abs(green! - 192), Math.abs(blue!))).toBeLessThan(3);

  const clear = await clean(await sharp({ create }).png().toBuffer());
  expect([...(await bytesOf(clear.stored)).subarray(0, 4)]).toEqual([0, 255, 0, 128]);
  expect((await sharp(clear.thumbnail).metadata()).hasAlpha).toBe(true);
  const palette = await sharp(await pictures.upright())
    .png({ palette: true })
    .toBuffer();
  const kept = await clean(palette);
  expect((await bytesOf(kept.stored)).equals(await bytesOf(palette))).toBe(true);
  expect((await sharp(kept.stored).metadata()).isPalette).toBe(true);
});

it('makes thumbnails of at most 480 pixels, never larger than the picture', async () => {
  const sizeOf = async (width: number, height: number) => {
    const picture = await sharp(await pictures.upright(width, height))
      .webp()
      .toBuffer();
    const { path, thumbnail } = await clean(picture);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(`${path}.thumbnail`).mode & 0o777).toBe(0o600);
    const { format, width: w, height: h } = await sharp(thumbnail).metadata();
    return [format, w, h];
  };
  expect(await sizeOf(1200, 600)).toEqual(['webp', 480, 240]);
  expect(await sizeOf(300, 960)).toEqual(['webp', 150, 480]);
  expect(await sizeOf(100, 60)).toEqual(['webp', 100, 60]);
  expect(await sizeOf(2, 2000)).toEqual(['webp', 1, 480]);
});

it('keeps the frames, delays and loops of an animation; its thumbnail is a still', async () => {
  const frames = await Promise.all(
    [0, 1, 2].map(async (turn) =>
      sharp(await pictures.upright())
        .modulate({ hue: turn * 120 })
        .png()
        .toBuffer(),
    ),
  );
  for (const format of ['gif', 'webp'] as const) {
    const animation = await sharp(frames, { join: { animated: true } })
      .toFormat(format, { delay: [100, 250, 400], loop: 3 })
      .toBuffer();
    const { stored, thumbnail, ...found } = await clean(animation);
    expect(found).toMatchObject({ type: `image/${format}`, width: 96, height: 64 });
    const { pages, delay, loop } = await sharp(stored, { animated: true }).metadata();
    expect({ pages, delay, loop }).toEqual({ pages: 3, delay: [100, 250, 400], loop: 3 });
    const last = await sharp(stored, { page: 2 }).png().toBuffer();
    expect(await cornersOf(last)).not.toEqual(CORNERS);
    expect(await cornersOf(thumbnail)).toEqual(CORNERS);
    expect((await sharp(thumbnail).metadata()).pages ?? 1).toBe(1);
  }
});

it('takes of an APNG its first frame, as a PNG', async () => {
  const control = Buffer.from([0, 0, 0, 1, 0, 0, 0, 0]);
  const { type, stored } = await clean(pictures.png(10, 10, ['acTL', control]));
  expect(type).toBe('image/png');
  expect(stored.includes('acTL')).toBe(false);
});

it('rejects pictures that may tell a place and cannot be cleaned', async () => {
  const box = (brand: string) =>
    Buffer.from(`\0\0\0\x18ftyp${brand}\0\0\0\0mif1${brand}`, 'latin1');
  const heic = inspect(Buffer.concat([box('heic'), Buffer.alloc(2000)]));
  await expect(heic).rejects.toMatchObject(rejects(/image\/heic.*send it as JPEG, PNG or WebP/));
  const psd = inspect(Buffer.concat([Buffer.from('8BPS\0\x01', 'latin1'), Buffer.alloc(100)]));
  await expect(psd).rejects.toMatchObject(rejects(/photoshop/));
  const jxl = inspect(Buffer.concat([Buffer.from([0xff, 0x0a]), Buffer.alloc(100)]));
  await expect(jxl).rejects.toMatchObject(rejects(/image\/jxl/));
});

it('takes a truncated picture as far as it can be read, and rejects one without pixels', async () => {
  const picture = await pictures.upright(400, 300);
  for (const format of ['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const) {
    const whole = await sharp(picture).toFormat(format).toBuffer();
    const found = await inspect(whole.subarray(0, whole.length * 0.7)).catch(
      (error: unknown) => error,
    );
    if (found instanceof Error) expect(found).toMatchObject(rejects('cannot be read'));
    // The directory of a TIFF is at its end.
    else if (format !== 'tiff') expect(found, format).toMatchObject({ width: 400, height: 300 });
    if (format === 'jpeg' || format === 'png') expect(found).toMatchObject({ width: 400 });
    const head = inspect(whole.subarray(0, 30));
    const outcome = await head.then(
      ({ type }) => type,
      (error: unknown) => error,
    );
    // So little of a PNG or an AVIF is not known as one.
    if (outcome !== 'application/octet-stream') {
      expect(outcome, format).toMatchObject(rejects('cannot be read'));
    }
  }
});

it('leaves nothing of what is hidden in a picture', async () => {
  const script = '<script>alert(1)</script>';
  const picture = await pictures.upright();
  for (const format of ['jpeg', 'png', 'gif', 'webp'] as const) {
    const original = await sharp(picture).toFormat(format).toBuffer();
    const { type, path } = await clean(Buffer.concat([original, Buffer.from(script)]));
    expect(type).toBe(`image/${format}`);
    expect((await readFile(path)).includes('script')).toBe(false);
  }
  // A GIF that is a script, too: its width is the start of a comment.
  const gif = await sharp(picture).gif().toBuffer();
  gif.write('/*', 6, 'latin1');
  const both = Buffer.concat([gif, Buffer.from('*/=1;alert(1)')]);
  const found = await inspect(both).catch((error: unknown) => error);
  if (found instanceof Error) expect(found).toMatchObject(rejects(/./));
  else expect((await readFile((found as { path: string }).path)).includes('alert')).toBe(false);
});
