import { open, rename, writeFile } from 'node:fs/promises';
import sharp, { type Metadata, type Sharp, type SharpOptions } from 'sharp';
import {
  COPY,
  THUMBNAIL,
  UNREADABLE,
  UnfitPicture,
  type PictureFormat,
  type PictureSize,
} from './picture-formats.ts';

/* Runs in a process of its own, as decoders may crash, and may take long. */

/** The pixels of a picture, and those of all frames of an animation: they bound memory and time. */
const MAX_PIXELS = 50_000_000;
const MAX_ANIMATION_PIXELS = 100_000_000;
const MAX_FRAMES = 1000;
/** The longer side of a thumbnail, in pixels. */
const THUMBNAIL_SIDE = 480;

// A picture is read once, and its process uses one core.
sharp.cache(false);
sharp.concurrency(1);
// Of the formats that libvips reads, only these.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['Jpeg', 'Png', 'Nsgif', 'Webp', 'Heif', 'Tiff'].map(
    (name) => `VipsForeignLoad${name}File`,
  ),
});

/**
 * Replaces a picture by its clean copy: oriented, in sRGB, without metadata. Writes its thumbnail beside it, its name
 * with `.thumbnail`. Throws `UnfitPicture` for what cannot be read or is too large.
 */
export async function cleanPicture(path: string, format: PictureFormat): Promise<PictureSize> {
  const options = { animated: format === 'gif' || format === 'webp' };
  const metadata = await reading(() => openPicture(path, options).metadata());
  requireFit(metadata, format);
  const copy = `${path}${COPY}`;
  const picture = encode(openPicture(path, options), format, metadata);
  const { width, height, pageHeight } = await reading(() => picture.toFile(copy));
  await sync(copy);
  await writeThumbnail(copy, `${path}${THUMBNAIL}`);
  await rename(copy, path);
  return { width, height: pageHeight ?? height };
}

const openPicture = (path: string, options: SharpOptions) =>
  sharp(path, {
    ...options,
    autoOrient: true,
    // A damaged picture is taken as far as it can be read.
    failOn: 'none',
    limitInputPixels: MAX_ANIMATION_PIXELS,
    unlimited: false,
  });

function requireFit({ format: found, width, height, pages = 1 }: Metadata, format: string): void {
  // The bytes may say one thing to file-type and another to libvips.
  if (found !== (format === 'avif' ? 'heif' : format)) throw new UnfitPicture(UNREADABLE);
  if (format === 'gif' || format === 'webp') {
    if (pages > MAX_FRAMES) {
      throw new UnfitPicture(`has ${pages} frames; an animation may have ${MAX_FRAMES}`);
    }
    if (pages > 1) return;
  }
  if (width * height > MAX_PIXELS) throw new UnfitPicture(TOO_LARGE);
}

const TOO_LARGE =
  `has too many pixels: a picture may have ${MAX_PIXELS / 1e6} million, all frames of an animation ` +
  `${MAX_ANIMATION_PIXELS / 1e6} million; make it smaller`;

/** AVIF and WebP with more effort take three times as long, for a few percent. */
function encode(picture: Sharp, format: PictureFormat, { isPalette }: Metadata): Sharp {
  switch (format) {
    case 'jpeg':
      return picture.jpeg({ quality: 88 });
    case 'png':
      return picture.png(isPalette ? { palette: true, quality: 100, dither: 0 } : {});
    case 'gif':
      return picture.gif({ effort: 1 });
    case 'webp':
      return picture.webp({ quality: 86, effort: 1 });
    case 'avif':
      return picture.avif({ quality: 65, effort: 0 });
    case 'tiff':
      return picture.tiff({ compression: 'deflate', predictor: 'horizontal' });
  }
}

/** A still: of an animation, its first frame. */
async function writeThumbnail(from: string, path: string): Promise<void> {
  const thumbnail = await reading(() =>
    openPicture(from, {})
      .resize({
        width: THUMBNAIL_SIDE,
        height: THUMBNAIL_SIDE,
        fit: 'inside',
        withoutEnlargement: true,
      })
      .webp({ quality: 80 })
      .toBuffer(),
  );
  await writeFile(path, thumbnail, { flush: true });
}

/** Does what reads a picture. libvips throws the same kind of error for a bad picture and for a full disk. */
async function reading<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { message } = error as Error;
    if (/no space left|quota exceeded/i.test(message)) {
      throw Object.assign(new Error(message), { code: 'ENOSPC', syscall: 'write' });
    }
    if (/pixel limit/.test(message)) throw new UnfitPicture(TOO_LARGE, { cause: error });
    throw new UnfitPicture(UNREADABLE, { cause: error });
  }
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
