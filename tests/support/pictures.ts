import sharp from 'sharp';

/* Pictures and sounds, made when a test needs them. */

type Bytes = Uint8Array<ArrayBuffer>;

const bytesOf = (buffer: Buffer): Bytes => new Uint8Array(buffer);

/** A picture in two colours, as JPEG. */
export async function picture(width: number, height: number, hue = 30): Promise<Bytes> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <rect width="100%" height="100%" fill="hsl(${hue},70%,60%)" />
    <circle cx="40%" cy="40%" r="20%" fill="hsl(${hue + 150},80%,80%)" />
  </svg>`;
  return bytesOf(await sharp(Buffer.from(svg)).jpeg().toBuffer());
}

/** A picture that moves: red, green and blue, without an end. */
export async function animation(format: 'gif' | 'webp'): Promise<Bytes> {
  const frames = ['#d22', '#2d2', '#22d'].map((background) =>
    sharp({ create: { width: 300, height: 200, channels: 3, background } })
      .png()
      .toBuffer(),
  );
  const joined = sharp(await Promise.all(frames), { join: { animated: true } });
  return bytesOf(await joined.toFormat(format, { delay: [200, 200, 200], loop: 0 }).toBuffer());
}

/** A tone, as WAV: one channel of 8 bits, 8,000 samples a second. */
export function tone(seconds: number): Bytes {
  const rate = 8_000;
  const header = Buffer.alloc(44);
  const length = rate * seconds;
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + length, 4);
  header.write('WAVEfmt ', 8);
  for (const [at, value] of [
    [16, 16],
    [24, rate],
    [28, rate],
    [40, length],
  ] as const) {
    header.writeUInt32LE(value, at);
  }
  for (const [at, value] of [
    [20, 1],
    [22, 1],
    [32, 1],
    [34, 8],
  ] as const) {
    header.writeUInt16LE(value, at);
  }
  header.write('data', 36);
  const samples = Array.from(
    { length },
    (_, i) => 128 + 60 * Math.sin((i * 440 * 2 * Math.PI) / rate),
  );
  return bytesOf(Buffer.concat([header, Buffer.from(samples)]));
}
