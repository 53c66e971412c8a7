import { crc32, deflateSync } from 'node:zlib';
import sharp, { type FormatEnum } from 'sharp';

/* Pictures, and files that pretend to be some. */

/** What no clean picture may have in it. */
export const SECRET = 'PRIVATE-PLACE';

const XMP = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="${SECRET}"/></rdf:RDF></x:xmpmeta>`;

/** The corners of `upright`, clockwise from the upper left one. */
export const CORNERS = ['#ff0000', '#00ff00', '#ffffff', '#0000ff'];

/** A picture whose corners differ, wider than high. */
export async function upright(width = 96, height = 64): Promise<Buffer> {
  const size = { width: width / 2, height: height / 2, channels: 3 as const };
  const corner = (background: string) =>
    sharp({ create: { ...size, background } })
      .png()
      .toBuffer();
  const places = ['northwest', 'northeast', 'southeast', 'southwest'];
  const composed = await Promise.all(
    CORNERS.map(async (color, i) => ({ input: await corner(color), gravity: places[i]! })),
  );
  const create = { width, height, channels: 3 as const, background: 'black' };
  return sharp({ create }).composite(composed).png().toBuffer();
}

/** Changes an upright picture so that the orientation (of EXIF) turns it upright again. */
export async function turned(picture: Buffer, orientation: number): Promise<Buffer> {
  const quarters = [0, 0, 0, 180, 180, 90, 270, 270, 90][orientation]!;
  const rotated = await sharp(picture).rotate(quarters).png().toBuffer();
  const isMirrored = [2, 4, 5, 7].includes(orientation);
  return isMirrored ? sharp(rotated).flop().png().toBuffer() : rotated;
}

/** The picture with a place, a device, a colour profile and an orientation in its metadata. */
export const withMetadata = (picture: Buffer, format: keyof FormatEnum | 'avif', orientation = 1) =>
  sharp(picture)
    .withExif({
      IFD0: { Model: SECRET, ImageDescription: SECRET },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '40/1 26/1 46/1', GPSAreaInformation: SECRET },
    })
    .withMetadata({ orientation })
    .withXmp(XMP)
    .withIccProfile('p3')
    .toFormat(format, { quality: 95 })
    .toBuffer();

/** A comment of JPEG, right after its start. */
export function withJpegComment(jpeg: Buffer, text: string): Buffer {
  const head = Buffer.from([0xff, 0xfe, 0, text.length + 2]);
  return Buffer.concat([jpeg.subarray(0, 2), head, Buffer.from(text), jpeg.subarray(2)]);
}

/** A comment of GIF, before its end. */
export function withGifComment(picture: Buffer, text: string): Buffer {
  const comment = Buffer.from([0x21, 0xfe, text.length, ...Buffer.from(text), 0]);
  return Buffer.concat([picture.subarray(0, -1), comment, picture.subarray(-1)]);
}

function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  return Buffer.concat([uint32(data.length), body, uint32(crc32(body))]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** A PNG of any size with a single line of pixels in it, and some chunks more. */
export const png = (width: number, height: number, ...more: [type: string, data: Buffer][]) =>
  Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', Buffer.from([...uint32(width), ...uint32(height), 8, 2, 0, 0, 0])),
    ...more.map(([type, data]) => pngChunk(type, data)),
    pngChunk('IDAT', deflateSync(Buffer.alloc(1000))),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);

const uint16 = (value: number) => [value & 255, value >> 8];

/** A GIF of any size whose frames have hardly a pixel in them. */
export function gif(width: number, height: number, frames: number): Buffer {
  const size = [...uint16(width), ...uint16(height)];
  const head = [...Buffer.from('GIF89a'), ...size, 0x80, 0, 0, 0, 0, 0, 255, 255, 255];
  const control = [0x21, 0xf9, 4, 0, 1, 0, 0, 0];
  const frame = Buffer.from([...control, 0x2c, 0, 0, 0, 0, ...size, 0, 2, 2, 0x4c, 1, 0]);
  const all = Array.from({ length: frames }, () => frame);
  return Buffer.concat([Buffer.from(head), ...all, Buffer.from([0x3b])]);
}

/** A TIFF of any size, in tiles of any size, or in one strip. */
export function tiff(width: number, height: number, tile?: number): Buffer {
  const data = deflateSync(Buffer.alloc(20_000));
  const places = tile
    ? [
        [322, tile],
        [323, tile],
        [324, 8],
        [325, data.length],
      ]
    : [
        [273, 8],
        [278, height],
        [279, data.length],
      ];
  const tags = [[256, width], [257, height], [258, 8], [259, 8], [262, 1], [277, 1], ...places]
    .toSorted(([a], [b]) => a! - b!)
    .map(([tag, value]) => {
      const entry = Buffer.alloc(12);
      entry.writeUInt16LE(tag!, 0);
      entry.writeUInt16LE(4, 2);
      entry.writeUInt32LE(1, 4);
      entry.writeUInt32LE(value!, 8);
      return entry;
    });
  const body = Buffer.concat([data, Buffer.alloc(data.length % 2)]);
  const head = Buffer.from([0x49, 0x49, 42, 0, 0, 0, 0, 0]);
  head.writeUInt32LE(8 + body.length, 4);
  return Buffer.concat([head, body, Buffer.from(uint16(tags.length)), ...tags, Buffer.alloc(4)]);
}

/** A small picture that says it is another size, at the place where its format says so. */
export async function lying(format: 'jpeg' | 'webp' | 'avif', size: number): Promise<Buffer> {
  const create = { width: 64, height: 64, channels: 3 as const, background: 'red' };
  const picture = await sharp({ create }).toFormat(format, { lossless: true }).toBuffer();
  if (format === 'jpeg') {
    const at = picture.indexOf(Buffer.from([0xff, 0xc0]));
    picture.writeUInt16BE(size, at + 5);
    picture.writeUInt16BE(size, at + 7);
  } else if (format === 'avif') {
    const at = picture.indexOf('ispe');
    picture.writeUInt32BE(size, at + 8);
    picture.writeUInt32BE(size, at + 12);
  } else {
    // 14 bits each, after the signature of a lossless picture.
    const at = picture.indexOf('VP8L') + 9;
    const flags = picture.readUInt32LE(at) & 0xf0000000;
    picture.writeUInt32LE((flags | (size - 1) | ((size - 1) << 14)) >>> 0, at);
  }
  return picture;
}
