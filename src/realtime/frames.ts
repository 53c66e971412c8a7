import type { LogEntry } from '../store/log.ts';

/*
 * The bytes of an event, made once for all who read it over one kind of connection.
 */

/** How a connection wants its events: as WebSocket frames, or as server-sent events. */
export type Encoding = 'websocket' | 'sse';

/** One unmasked, unfragmented text frame (RFC 6455 section 5.2): what a server sends. */
export function textFrame(json: string): Buffer {
  const length = Buffer.byteLength(json);
  const headerLength = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(headerLength + length);
  frame[0] = 0x81; // FIN, opcode 1
  if (headerLength === 2) {
    frame[1] = length;
  } else if (headerLength === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(json, headerLength, 'utf8');
  return frame;
}

/** One event of a stream. JSON holds no line breaks, so that one `data:` line is enough. */
export function sseFrame(type: string, json: string, id?: string): Buffer {
  const idLine = id === undefined ? '' : `id: ${id}\n`;
  return Buffer.from(`event: ${type}\n${idLine}data: ${json}\n\n`);
}

/** Names a place in the log of the whole server, of one database. Opaque to clients. */
export function cursorOf(epoch: string, pos: number): string {
  return `${epoch}.${pos.toString(36)}`;
}

/** The place that a cursor names; null where this server did not make it for this database. */
export function posOf(epoch: string, cursor: string): number | null {
  const [ofEpoch, digits, ...rest] = cursor.split('.');
  if (ofEpoch !== epoch || rest.length > 0 || !/^[0-9a-z]{1,10}$/.test(digits ?? '')) return null;
  return Number.parseInt(digits!, 36);
}

/** Log entries on their way to many connections: each encoding is made when first wanted. */
export class Delivery {
  readonly entries: readonly LogEntry[];
  readonly #epoch: string;
  readonly #frames: Partial<Record<Encoding, Buffer[]>> = {};
  readonly #whole: Partial<Record<Encoding, Buffer>> = {};

  constructor(entries: readonly LogEntry[], epoch: string) {
    this.entries = entries;
    this.#epoch = epoch;
  }

  /** The bytes of all the entries. */
  whole(encoding: Encoding): Buffer {
    return (this.#whole[encoding] ??= joined(this.frames(encoding)));
  }

  /** The bytes of each entry. */
  frames(encoding: Encoding): readonly Buffer[] {
    return (this.#frames[encoding] ??= this.entries.map((entry) =>
      encoding === 'websocket'
        ? textFrame(entry.json)
        : sseFrame(entry.type, entry.json, cursorOf(this.#epoch, entry.pos)),
    ));
  }
}

function joined(frames: readonly Buffer[]): Buffer {
  return frames.length === 1 ? frames[0]! : Buffer.concat(frames);
}
