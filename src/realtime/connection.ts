import type { CloseReason } from '../protocol/errors.ts';
import type { User } from '../protocol/resources.ts';
import type { LogEntry } from '../store/log-entry.ts';
import type { Delivery, Encoding } from './frames.ts';
import type { Wire } from './wire.ts';

/** Bytes that a peer may leave unread before it is cut. Its cursor heals it when it comes back. */
export const MAX_UNREAD_BYTES = 1024 * 1024;
/** How long a peer may take nothing of what waits for it, in milliseconds. */
const MAX_STALL_MS = 10_000;
/** How often a peer is asked for a sign of life; a quarter less at random, so that not all are at once. */
const PING_MS = { websocket: 25_000, sse: 15_000 };
/** How long a WebSocket peer may take to answer. A stream's peer cannot; its writes fail instead. */
const PONG_MS = 10_000;
/** How often all connections are looked after, in milliseconds. */
export const SWEEP_MS = 1000;
/** How long before its end a token is announced to end: so long, or a part of its life where that is less. */
const EXPIRY_NOTICE_MS = 60_000;
const EXPIRY_NOTICE_PART = 1 / 5;
/**
 * What is held back during a replay, by entries and by characters of their JSON; past that it is
 * read from the store instead. It goes out at once when the replay is over, so it must stay well
 * below what a peer may leave unread.
 */
const MAX_HELD_ENTRIES = 4096;
const MAX_HELD_LENGTH = MAX_UNREAD_BYTES / 4;

/** Who is at the other end, and until when. */
export interface Peer {
  user: User;
  sessionId: string;
  /** When its token was made and when it ends, in milliseconds since 1970. */
  issuedAt: number;
  expiresAt: number;
}

/** What waits for the end of a replay. */
interface Hold {
  deliveries: Delivery[];
  /** How much was delivered; past the bounds the deliveries are gone. */
  entries: number;
  length: number;
  answers: Buffer[];
  answerBytes: number;
}

/**
 * One connection and where it stands. It starts by replaying: what is delivered meanwhile is held
 * back. Once live, everything goes out in the order of the log, each entry once: whatever is at or
 * before the cursor is dropped. What a turn of the event loop brings goes out in one write.
 */
export class Connection {
  readonly peer: Peer;
  readonly #wire: Wire;
  readonly #outbox: FlushQueue;
  #cursor = 0;
  #chunks: Buffer[] = [];
  /** Whether they go out when this turn ends. */
  #isDue = false;
  /** Null once live. */
  #held: Hold | null = {
    deliveries: [],
    entries: 0,
    length: 0,
    answers: [],
    answerBytes: 0,
  };
  /** What the peer had taken at the last look, and since when it has taken nothing that waits. */
  #stall = { taken: 0, since: Date.now() };
  #nextPing = 0;
  /** When a ping went out that has had no answer yet. */
  #unanswered: number | null = null;
  /** The expiry that the peer was told of. */
  #announced = 0;
  #closed = false;

  constructor(peer: Peer, wire: Wire, flushQueue: FlushQueue) {
    this.peer = peer;
    this.#wire = wire;
    this.#outbox = flushQueue;
    this.#planPing(Date.now());
  }

  get encoding(): Encoding {
    return this.#wire.encoding;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** The last entry that the peer was sent: a seq on a WebSocket, a pos on a stream. */
  get cursor(): number {
    return this.#cursor;
  }

  /** Sends at once, replaying or live, before anything that is held back. */
  send(chunk: Buffer): void {
    if (this.#closed) return;
    if (!this.#isDue) this.#outbox.add(this);
    this.#isDue = true;
    this.#chunks.push(chunk);
  }

  /** Sends what is not in the log and is waited for, held back during a replay. */
  answer(chunk: Buffer): void {
    if (this.#held) this.#holdAnswer(this.#held, chunk);
    else this.send(chunk);
  }

  /** Sends what is not in the log and may come a little later, held back during a replay. */
  tell(chunk: Buffer): void {
    if (this.#held) return this.#holdAnswer(this.#held, chunk);
    if (this.#closed) return;
    if (this.#chunks.length === 0) this.#outbox.addLater(this);
    this.#chunks.push(chunk);
  }

  /** Sends what is news in the log, held back during a replay. */
  deliver(delivery: Delivery): void {
    if (this.#held) this.#hold(this.#held, delivery);
    else this.#pass(delivery);
  }

  /** Starts a replay after `cursor`. */
  startAt(cursor: number): void {
    this.#cursor = cursor;
  }

  /** Sends a part of a replay. */
  replay(part: Delivery): void {
    this.#pass(part);
  }

  /** The replay has looked at everything up to `cursor`, whether or not it was for this peer. */
  advance(cursor: number): void {
    this.#cursor = Math.max(this.#cursor, cursor);
  }

  /**
   * Ends the replay: `live` goes out, then what was held back and is news. False where more came
   * in meanwhile than can be held: the replay then has to go on.
   */
  goLive(live: Buffer): boolean {
    const held = this.#held!;
    if (isTooMuch(held)) {
      this.#held = { ...held, deliveries: [], entries: 0, length: 0 };
      return false;
    }
    this.#held = null;
    this.send(live);
    for (const answer of held.answers) this.send(answer);
    for (const delivery of held.deliveries) this.#pass(delivery);
    return true;
  }

  /** Resolves once the peer has taken what it was sent, or is gone. */
  async drained(): Promise<void> {
    this.flush();
    if (this.#closed || this.#wire.unreadBytes() === 0) return;
    await new Promise<void>((resolve) => this.#wire.onceDrained(resolve));
  }

  /** Writes what the turn has gathered. Called by the outbox. */
  flush(): void {
    if (this.#closed || this.#chunks.length === 0) return;
    if (this.#wire.unreadBytes() > MAX_UNREAD_BYTES) return this.close('too_slow');
    this.#wire.write(this.#chunks);
    this.#chunks = [];
    this.#isDue = false;
  }

  /** Bytes that wait for the peer. */
  get unreadBytes(): number {
    return this.#closed ? 0 : this.#wire.unreadBytes();
  }

  /** The peer has given a sign of life. */
  alive(): void {
    this.#unanswered = null;
  }

  /**
   * What time demands, looked at every now and then for all connections by one timer: cut a peer
   * that takes nothing or is gone, ping it, tell it that its token ends, and end it then. `expiring`
   * makes the announcement.
   */
  sweep(now: number, expiring: (expiresAt: number) => Buffer): void {
    this.#checkStall(now);
    if (this.#unanswered !== null && now - this.#unanswered > PONG_MS) this.close('going_away');
    if (now >= this.#nextPing) {
      if (this.encoding === 'websocket') this.#unanswered ??= now;
      this.#wire.ping();
      this.#planPing(now);
    }
    const { expiresAt } = this.peer;
    if (now >= expiresAt) {
      this.close('token_expired');
    } else if (now > this.#noticeAt() - SWEEP_MS && this.#announced !== expiresAt) {
      this.#announced = expiresAt;
      this.answer(expiring(expiresAt));
    }
  }

  close(reason: CloseReason): void {
    if (this.#closed) return;
    // A peer that takes nothing gets nothing more, and this very flush may find out that it does.
    if (reason !== 'too_slow') this.flush();
    if (this.#closed) return;
    this.#closed = true;
    this.#chunks = [];
    this.#wire.close(reason);
  }

  /** The wire has ended by itself. */
  ended(): void {
    this.#closed = true;
    this.#chunks = [];
  }

  /** When the end of its token is to be announced: rather a look too early than one too late. */
  #noticeAt(): number {
    const { issuedAt, expiresAt } = this.peer;
    return expiresAt - Math.min(EXPIRY_NOTICE_MS, (expiresAt - issuedAt) * EXPIRY_NOTICE_PART);
  }

  #planPing(now: number): void {
    this.#nextPing = now + PING_MS[this.encoding] * (0.75 + Math.random() / 4);
  }

  #checkStall(now: number): void {
    const taken = this.#wire.takenBytes();
    const takesSome = taken > this.#stall.taken;
    const stands = this.#wire.unreadBytes() > 0 && !takesSome;
    this.#stall = { taken, since: stands ? this.#stall.since : now };
    // Its pong comes after all that waits for it; meanwhile taking is a sign of life.
    if (takesSome && this.#unanswered !== null) this.#unanswered = now;
    if (now - this.#stall.since > MAX_STALL_MS) this.close('too_slow');
  }

  #holdAnswer(held: Hold, chunk: Buffer): void {
    held.answers.push(chunk);
    held.answerBytes += chunk.length;
    if (held.answerBytes > MAX_UNREAD_BYTES) this.close('too_slow');
  }

  #hold(held: Hold, delivery: Delivery): void {
    held.entries += delivery.entries.length;
    for (const { json } of delivery.entries) held.length += json.length;
    if (isTooMuch(held)) held.deliveries = [];
    else held.deliveries.push(delivery);
  }

  #pass(delivery: Delivery): void {
    const { entries } = delivery;
    if (this.#orderOf(entries[0]!) > this.#cursor) {
      this.send(delivery.whole(this.encoding));
    } else {
      const news = entries.filter((entry) => this.#orderOf(entry) > this.#cursor);
      if (news.length > 0) this.send(delivery.bytesOf(news, this.encoding));
    }
    this.#cursor = Math.max(this.#cursor, this.#orderOf(entries.at(-1)!));
  }

  /** A socket reads one room, numbered by seq; a stream reads many, which pos puts in one order. */
  #orderOf(entry: LogEntry): number {
    return this.encoding === 'websocket' ? entry.seq : entry.pos;
  }
}

const isTooMuch = (held: Hold) => held.entries > MAX_HELD_ENTRIES || held.length > MAX_HELD_LENGTH;

/** How often those that can wait are written to, in milliseconds. */
const LATER_MS = 5;

/**
 * The connections that have something to write: when the turn of the event loop ends, or, where it can
 * wait, together with what else comes within a few milliseconds. After a pause, nothing waits.
 */
export class FlushQueue {
  #dirty: Connection[] = [];
  #later: Connection[] = [];
  /** When those that can wait were written to last. */
  #laterSince = -Infinity;

  add(connection: Connection): void {
    if (this.#dirty.length === 0) setImmediate(() => this.#flush());
    this.#dirty.push(connection);
  }

  addLater(connection: Connection): void {
    if (this.#later.length === 0) this.#planLater();
    this.#later.push(connection);
  }

  #planLater(): void {
    const wait = this.#laterSince + LATER_MS - performance.now();
    if (wait > 0) setTimeout(() => this.#flushLater(), wait);
    else setImmediate(() => this.#flushLater());
  }

  #flush(): void {
    const dirty = this.#dirty;
    this.#dirty = [];
    for (const connection of dirty) connection.flush();
  }

  #flushLater(): void {
    this.#laterSince = performance.now();
    const later = this.#later;
    this.#later = [];
    for (const connection of later) connection.flush();
  }
}
