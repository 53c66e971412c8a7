import type { CloseReason } from '../protocol/errors.ts';
import type { User } from '../protocol/resources.ts';
import type { LogEntry } from '../store/log-entry.ts';
import type { FlushQueue } from './flush-queue.ts';
import type { Delivery, Encoding } from './frames.ts';
import { Health, type TokenLifetime } from './health.ts';
import type { Wire } from './wire.ts';

/** How many bytes a peer may leave unread before its connection is closed. It resumes from its cursor later. */
export const MAX_UNREAD_BYTES = 1024 * 1024;
/**
 * How much is held back during a replay, in entries and in characters of their JSON. Beyond that it is read from
 * the store instead. All of it is sent at once when the replay ends, so it must stay well below what a
 * peer may leave unread.
 */
const MAX_HELD_ENTRIES = 4096;
const MAX_HELD_LENGTH = MAX_UNREAD_BYTES / 4;

/** The user at the other end, and the session and token that the connection depends on. */
export interface Peer extends TokenLifetime {
  user: User;
  sessionId: string;
}

/** What waits for the end of a replay. */
interface Hold {
  deliveries: Delivery[];
  /** How much was delivered; beyond the bounds the deliveries themselves are dropped. */
  entries: number;
  length: number;
  /** What is not in the log. */
  chunks: Buffer[];
  chunkBytes: number;
}

/**
 * One connection and its position in the log. It starts with a replay and holds back what is delivered
 * meanwhile. Once live, it sends everything in the order of the log, each entry once: entries at or before the
 * cursor are dropped. Whatever one turn of the event loop brings is sent in one write.
 */
export class Connection {
  readonly peer: Peer;
  readonly #wire: Wire;
  readonly #flushQueue: FlushQueue;
  readonly #health: Health;
  #cursor = 0;
  #chunks: Buffer[] = [];
  /** Whether they are sent when this turn ends. */
  #isDue = false;
  /** Null once live. */
  #held: Hold | null = { deliveries: [], entries: 0, length: 0, chunks: [], chunkBytes: 0 };
  #closed = false;
  /** Events that were replayed. */
  #replayed = 0;

  constructor(peer: Peer, wire: Wire, flushQueue: FlushQueue) {
    this.peer = peer;
    this.#wire = wire;
    this.#flushQueue = flushQueue;
    this.#health = new Health(wire, peer, Date.now());
  }

  get encoding(): Encoding {
    return this.#wire.encoding;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** The last entry that was sent or skipped: a seq on a WebSocket, a pos on a stream. */
  get cursor(): number {
    return this.#cursor;
  }

  /** Bytes that the peer has not read yet. */
  get unreadBytes(): number {
    return this.#closed ? 0 : this.#wire.unreadBytes();
  }

  /** Sends when this turn ends, during a replay too, before anything that is held back. */
  send(chunk: Buffer): void {
    if (this.#closed) return;
    if (!this.#isDue) this.#flushQueue.add(this);
    this.#isDue = true;
    this.#chunks.push(chunk);
  }

  /** Sends what is not in the log and somebody waits for, such as an ack. Held back during a replay. */
  sendAfterReplay(chunk: Buffer): void {
    if (this.#held) this.#holdChunk(this.#held, chunk);
    else this.send(chunk);
  }

  /** Sends what is not in the log and may be a few milliseconds late, such as typing. Held back during a replay. */
  sendSoon(chunk: Buffer): void {
    if (this.#held) return this.#holdChunk(this.#held, chunk);
    if (this.#closed) return;
    if (this.#chunks.length === 0) this.#flushQueue.addLater(this);
    this.#chunks.push(chunk);
  }

  /** Sends new entries of the log. Held back during a replay. */
  deliver(delivery: Delivery): void {
    if (this.#held) this.#hold(this.#held, delivery);
    else this.#sendAfterCursor(delivery);
  }

  /** Starts a replay after `cursor`. */
  startAt(cursor: number): void {
    this.#cursor = cursor;
  }

  /** Sends a part of a replay. */
  replay(part: Delivery): void {
    this.#replayed += part.entries.length;
    this.#sendAfterCursor(part);
  }

  /** Moves on to `cursor`, up to which the replay has read the log, whether or not all of it was for this peer. */
  advance(cursor: number): void {
    this.#cursor = Math.max(this.#cursor, cursor);
  }

  /**
   * Ends the replay: sends `live`, then what was held back and is past the cursor. Returns false if more was
   * delivered meanwhile than can be held back; the replay then has to continue.
   */
  goLive(live: Buffer): boolean {
    const held = this.#held!;
    if (isTooMuch(held)) {
      this.#held = { ...held, deliveries: [], entries: 0, length: 0 };
      return false;
    }
    this.#held = null;
    this.#flushQueue.traffic.replayed.add(this.#replayed);
    this.send(live);
    for (const chunk of held.chunks) this.send(chunk);
    for (const delivery of held.deliveries) this.#sendAfterCursor(delivery);
    return true;
  }

  /** Resolves once the peer has read everything that was sent, or is gone. */
  async drained(): Promise<void> {
    this.flush();
    if (this.#closed || this.#wire.unreadBytes() === 0) return;
    await new Promise<void>((resolve) => this.#wire.onceDrained(resolve));
  }

  /** Writes everything that was sent since the last flush. Called by the flush queue. */
  flush(): void {
    if (this.#closed || this.#chunks.length === 0) return;
    if (this.#wire.unreadBytes() > MAX_UNREAD_BYTES) return this.close('too_slow');
    this.#wire.write(this.#chunks);
    this.#chunks = [];
    this.#isDue = false;
  }

  /** Notes that the peer has sent something. */
  markAlive(): void {
    this.#health.markAlive();
  }

  /**
   * Runs the periodic checks: pings the peer, announces that its token expires (`expiryNotice` makes the bytes),
   * and closes the connection if the peer does not read or respond, or its token has expired.
   */
  sweep(now: number, expiryNotice: (expiresAt: number, encoding: Encoding) => Buffer): void {
    if (this.#closed) return;
    const reason = this.#health.check(now);
    if (reason) return this.close(reason);
    if (!this.#health.isExpiryNoticeDue(now)) return;
    this.sendAfterReplay(expiryNotice(this.peer.expiresAt, this.encoding));
  }

  close(reason: CloseReason): void {
    if (this.#closed) return;
    // A peer that does not read is sent nothing more. Others are, and this flush may find that they do not read.
    if (reason !== 'too_slow') this.flush();
    if (this.#closed) return;
    this.markClosed();
    this.#flushQueue.traffic.closed[reason] += 1;
    this.#wire.close(reason);
  }

  /** Notes that the wire has closed, whoever closed it. */
  markClosed(): void {
    this.#closed = true;
    this.#chunks = [];
  }

  #holdChunk(held: Hold, chunk: Buffer): void {
    held.chunks.push(chunk);
    held.chunkBytes += chunk.length;
    if (held.chunkBytes > MAX_UNREAD_BYTES) this.close('too_slow');
  }

  #hold(held: Hold, delivery: Delivery): void {
    held.entries += delivery.entries.length;
    for (const { json } of delivery.entries) held.length += json.length;
    if (isTooMuch(held)) held.deliveries = [];
    else held.deliveries.push(delivery);
  }

  #sendAfterCursor(delivery: Delivery): void {
    const { entries } = delivery;
    if (this.#orderOf(entries[0]!) > this.#cursor) {
      this.send(delivery.whole(this.encoding));
    } else {
      const unsent = entries.filter((entry) => this.#orderOf(entry) > this.#cursor);
      if (unsent.length > 0) this.send(delivery.bytesOf(unsent, this.encoding));
    }
    this.#cursor = Math.max(this.#cursor, this.#orderOf(entries.at(-1)!));
  }

  /** A socket reads one room, which seq orders. A stream reads many, which only pos orders. */
  #orderOf(entry: LogEntry): number {
    return this.encoding === 'websocket' ? entry.seq : entry.pos;
  }
}

const isTooMuch = (held: Hold) => held.entries > MAX_HELD_ENTRIES || held.length > MAX_HELD_LENGTH;
