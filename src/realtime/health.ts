import type { CloseReason } from '../protocol/errors.ts';
import type { Wire } from './wire.ts';

/** How long a peer may read none of its pending bytes, in milliseconds. */
const MAX_STALL_MS = 10_000;
/** How often a peer is pinged, in milliseconds. Up to a quarter less, at random, so that pings spread out. */
const PING_MS = { websocket: 25_000, sse: 15_000 };
/** How long a WebSocket peer has for its pong, in milliseconds. A stream's peer sends none; its writes fail instead. */
const PONG_MS = 10_000;
/** How often every connection is checked, in milliseconds. */
export const SWEEP_MS = 1000;
/** How long before its end a token's expiry is announced: this long, or a part of its life if that is less. */
const EXPIRY_NOTICE_MS = 60_000;
const EXPIRY_NOTICE_PART = 1 / 5;

/** When a token was issued and when it expires, in milliseconds since 1970. */
export interface TokenLifetime {
  issuedAt: number;
  expiresAt: number;
}

/** Finds out whether a connection must end: its peer does not read, does not respond, or its token has expired. */
export class Health {
  readonly #wire: Wire;
  readonly #token: Readonly<TokenLifetime>;
  /** How many bytes the peer had read at the last check. */
  #takenBytes = 0;
  /** When the peer last read something, or had nothing to read. */
  #lastProgress: number;
  #nextPing = 0;
  /** When the ping that has had no pong yet was sent. */
  #pingedAt: number | null = null;
  /** The expiry that was last announced. */
  #announced = 0;

  /** `token` is read at each check, since a newer token may replace its values. */
  constructor(wire: Wire, token: Readonly<TokenLifetime>, now: number) {
    this.#wire = wire;
    this.#token = token;
    this.#lastProgress = now;
    this.#schedulePing(now);
  }

  /** Returns why the connection must close now, or null. Pings the peer when a ping is due. */
  check(now: number): CloseReason | null {
    if (this.#isStalled(now)) return 'too_slow';
    if (this.#pingedAt !== null && now - this.#pingedAt > PONG_MS) return 'going_away';
    if (now >= this.#nextPing) {
      if (this.#wire.encoding === 'websocket') this.#pingedAt ??= now;
      this.#wire.ping();
      this.#schedulePing(now);
    }
    return now >= this.#token.expiresAt ? 'token_expired' : null;
  }

  /** Returns true once for each token, when its expiry has to be announced: one sweep early rather than late. */
  isExpiryNoticeDue(now: number): boolean {
    const { issuedAt, expiresAt } = this.#token;
    const notice = Math.min(EXPIRY_NOTICE_MS, (expiresAt - issuedAt) * EXPIRY_NOTICE_PART);
    if (now <= expiresAt - notice - SWEEP_MS || this.#announced === expiresAt) return false;
    this.#announced = expiresAt;
    return true;
  }

  /** Notes that the peer has sent something. */
  markAlive(): void {
    this.#pingedAt = null;
  }

  #schedulePing(now: number): void {
    this.#nextPing = now + PING_MS[this.#wire.encoding] * (0.75 + Math.random() / 4);
  }

  #isStalled(now: number): boolean {
    const takenBytes = this.#wire.takenBytes();
    const hasRead = takenBytes > this.#takenBytes;
    this.#takenBytes = takenBytes;
    if (hasRead || this.#wire.unreadBytes() === 0) this.#lastProgress = now;
    // The pong arrives after the peer has read everything before the ping. Until then, reading is a sign of life.
    if (hasRead && this.#pingedAt !== null) this.#pingedAt = now;
    return now - this.#lastProgress > MAX_STALL_MS;
  }
}
