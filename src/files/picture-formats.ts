/** What becomes of a type of picture. */
export type PictureFormat = 'jpeg' | 'png' | 'gif' | 'webp' | 'avif' | 'tiff';

/** The pictures that get a clean copy. Of an APNG, it is its first frame. */
export const cleaned: ReadonlyMap<string, PictureFormat> = new Map([
  ['image/jpeg', 'jpeg'],
  ['image/png', 'png'],
  ['image/apng', 'png'],
  ['image/gif', 'gif'],
  ['image/webp', 'webp'],
  ['image/avif', 'avif'],
  ['image/tiff', 'tiff'],
]);

/** The pictures that pass as they are, since they do not tell place or device. All others are rejected. */
export const harmless: ReadonlySet<string> = new Set([
  'image/bmp',
  'image/icns',
  'image/ktx',
  'image/svg+xml',
  'image/vnd.dwg',
  'image/x-icon',
]);

/** The size of a picture, in pixels. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** A picture that is rejected; the message tells its sender why. */
export class UnfitPicture extends Error {}

export const UNREADABLE = 'looks like a picture, but cannot be read as one';

/** What the names of the files beside a picture end with: its clean copy, until it replaces it, and its thumbnail. */
export const COPY = '.clean';
export const THUMBNAIL = '.thumbnail';
