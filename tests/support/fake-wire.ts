import type { CloseReason } from '../../src/protocol/errors.ts';
import type { Peer } from '../../src/realtime/connection.ts';
import type { Encoding } from '../../src/realtime/frames.ts';
import type { Wire } from '../../src/realtime/wire.ts';
import type { LogEntry } from '../../src/store/log-entry.ts';

/** A wire whose peer reads only when a test calls `drain`. */
export class FakeWire implements Wire {
  readonly encoding: Encoding;
  /** Everything that was written, one text for each write. */
  readonly writes: string[] = [];
  pings = 0;
  closedBy: CloseReason | null = null;
  /** How many bytes the peer has not read. */
  unread = 0;
  #written = 0;
  #onceDrained: (() => void)[] = [];

  constructor(encoding: Encoding = 'websocket') {
    this.encoding = encoding;
  }

  write(chunks: readonly Buffer[]): void {
    const bytes = Buffer.concat(chunks);
    this.writes.push(bytes.toString('latin1'));
    this.unread += bytes.length;
    this.#written += bytes.length;
  }

  unreadBytes(): number {
    return this.unread;
  }

  takenBytes(): number {
    return this.#written - this.unread;
  }

  onceDrained(callback: () => void): void {
    this.#onceDrained.push(callback);
  }

  get waitsForDrain(): boolean {
    return this.#onceDrained.length > 0;
  }

  /** Lets the peer read everything. */
  drain(): void {
    this.unread = 0;
    const waiting = this.#onceDrained;
    this.#onceDrained = [];
    for (const callback of waiting) callback();
  }

  ping(): void {
    this.pings += 1;
  }

  close(reason: CloseReason): void {
    this.closedBy ??= reason;
    this.drain();
  }

  /** What was sent, in order: the seq of each entry and the name of each mark (see `mark`). */
  get sent(): string[] {
    return [...this.writes.join('').matchAll(/"n":"?([\w ]+)/g)].map(([, name]) => name!);
  }
}

/** A log entry whose seq appears in `sent`. */
export function entry(seq: number, padding = ''): LogEntry {
  return {
    pos: seq,
    roomId: 'room',
    seq,
    type: 'message.created',
    userId: null,
    forEveryone: false,
    mention: null,
    reason: null,
    json: JSON.stringify({ n: seq, padding }),
  };
}

/** Bytes that appear in `sent` under this name. */
export const mark = (name: string): Buffer => Buffer.from(JSON.stringify({ n: name }));

/** A peer whose token is valid for an hour, or until `expiresAt`. */
export function fakePeer(expiresAt = Date.now() + 3_600_000): Peer {
  const user = {
    id: 'ana',
    name: 'Ana',
    color: '#000000',
    createdAt: '',
    isAdmin: false,
    isBot: false,
  };
  return { user, sessionId: 's', issuedAt: Date.now(), expiresAt };
}

/** Waits for some turns of the event loop. */
export async function turns(count = 3): Promise<void> {
  for (let i = 0; i < count; i += 1) await new Promise((resolve) => setImmediate(resolve));
}
