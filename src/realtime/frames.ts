import type { LogEntry } from '../store/log-entry.ts';
import { cursorOf } from './cursor.ts';

/* The bytes of an event are made once for all connections of the same kind. */

/** How a connection encodes events: as WebSocket frames or as server-sent events. */
export type Encoding = 'websocket' | 'sse';

/** Makes one unmasked, unfragmented text frame (RFC 6455 section 5.2), as servers send it. */
export function textFrame(json: string): Buffer {
  const length = Buffer.byteLength(json);
  const frame = Buffer.allocUnsafe(headerLength(length) + length);
  writeFrame(frame, 0, json, length);
  return frame;
}

/** Makes several frames, one after the other. */
function textFrames(jsons: readonly string[]): Buffer {
  const lengths = jsons.map((json) => Buffer.byteLength(json));
  const total = lengths.reduce((sum, length) => sum + headerLength(length) + length, 0);
  const frames = Buffer.allocUnsafe(total);
  let at = 0;
  for (const [i, json] of jsons.entries()) at = writeFrame(frames, at, json, lengths[i]!);
  return frames;
}

const headerLength = (length: number) => (length < 126 ? 2 : length < 65_536 ? 4 : 10);

/** Writes a frame at `at`. Returns where it ends. */
function writeFrame(buffer: Buffer, at: number, json: string, length: number): number {
  buffer[at] = 0x81; // FIN, opcode 1
  if (length < 126) {
    buffer[at + 1] = length;
  } else if (length < 65_536) {
    buffer[at + 1] = 126;
    buffer.writeUInt16BE(length, at + 2);
  } else {
    buffer[at + 1] = 127;
    buffer.writeBigUInt64BE(BigInt(length), at + 2);
  }
  const start = at + headerLength(length);
  return start + buffer.write(json, start, 'utf8');
}

/** Makes one event of a stream. JSON contains no line breaks, so one `data:` line is enough. */
export function sseFrame(type: string, json: string, id?: string): Buffer {
  return Buffer.from(sseText(type, json, id));
}

function sseText(type: string, json: string, id: string | undefined): string {
  const idLine = id === undefined ? '' : `id: ${id}\n`;
  return `event: ${type}\n${idLine}data: ${json}\n\n`;
}

/** Announces that the token of a connection expires, in milliseconds since 1970. */
export function expiryNotice(expiresAt: number, encoding: Encoding): Buffer {
  const type = 'token_expiring';
  const json = JSON.stringify({ type, expiresAt: new Date(expiresAt).toISOString() });
  return encoding === 'websocket' ? textFrame(json) : sseFrame(type, json);
}

/** Log entries on their way to many connections. The bytes of each encoding are made when first needed. */
export class Delivery {
  readonly entries: readonly LogEntry[];
  readonly #epoch: string;
  readonly #whole: Partial<Record<Encoding, Buffer>> = {};

  constructor(entries: readonly LogEntry[], epoch: string) {
    this.entries = entries;
    this.#epoch = epoch;
  }

  /** Returns the bytes of all entries. */
  whole(encoding: Encoding): Buffer {
    return (this.#whole[encoding] ??= this.bytesOf(this.entries, encoding));
  }

  /** Returns the bytes of some of the entries. */
  bytesOf(entries: readonly LogEntry[], encoding: Encoding): Buffer {
    if (encoding === 'websocket') return textFrames(entries.map(({ json }) => json));
    const texts = entries.map(({ type, json, pos }) =>
      sseText(type, json, cursorOf(this.#epoch, pos)),
    );
    return Buffer.from(texts.join(''));
  }
}
