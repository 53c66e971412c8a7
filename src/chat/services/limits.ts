import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Config } from '../../config.ts';
import { ChatError } from '../../protocol/errors.ts';

/** How long an allowance lasts, in seconds: all of it may be used at once, and then no more until its end. */
const WRITE_SECONDS = 3;
const REQUEST_SECONDS = 4;
const FRAME_SECONDS = 3;
/**
 * New names of a user, and new colours, and in how many seconds: a name is written to every room that they
 * belong to, and both are told to everybody there.
 */
const NEW_LOOKS = 5;
const NEW_LOOK_SECONDS = 60;
/** How often a user may say in a room that they are typing, in seconds. */
const TYPING_SECONDS = 2;

/**
 * Frames a second that a socket may send in any case, and for each message a second that its user may:
 * beside messages there are pings, read markers and typing.
 */
const MIN_FRAMES = 50;
const FRAMES_PER_MESSAGE = 5;
/** Who goes on to send this many times as many frames as they may does not mean to wait. */
const FLOODING = 2;

/** What a request costs: the page asks for sixty small files at once, each without a token. */
export const REQUEST_COST = 10;
export const FILE_COST = 1;

/** Why something is refused for now: when it is worth trying again, in seconds. */
interface Refused {
  readonly retryAfter: number;
  /** What was counted since the allowance began, as a multiple of it. */
  readonly excess: number;
}

/** So many points in so many seconds, by key. */
class Allowance {
  readonly #points: number;
  readonly #limiter: RateLimiterMemory | null;

  /** `points` 0 turns it off. */
  constructor(points: number, seconds: number) {
    this.#points = points;
    this.#limiter = points === 0 ? null : new RateLimiterMemory({ points, duration: seconds });
  }

  /**
   * Counts under a key; null where there were points left. Whatever the outcome, it takes as many turns
   * of the microtask queue: frames of one socket stay in order.
   */
  async take(key: string, points = 1): Promise<Refused | null> {
    if (!this.#limiter) return null;
    try {
      await this.#limiter.consume(key, points);
      return null;
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      const { msBeforeNext, consumedPoints } = refusal;
      const retryAfter = Math.max(1, Math.ceil(msBeforeNext / 1000));
      return { retryAfter, excess: consumedPoints / this.#points };
    }
  }
}

/** Whether a frame is answered, refused for now (for so many seconds), or one too many of a flood. */
export type FrameVerdict = { readonly retryAfter: number } | 'flooding' | null;

/**
 * What one user, address or socket may do in a while, however they came: by HTTP, by WebSocket or by
 * event stream.
 */
export class Limits {
  readonly #writes: Allowance;
  readonly #newLooks: Allowance;
  readonly #requests: Allowance;
  readonly #frames: Allowance;
  readonly #typing = new Allowance(1, TYPING_SECONDS);
  readonly #maxConnections: number;
  readonly #connections = new Map<string, number>();

  constructor(
    config: Pick<Config, 'rateLimitMessages' | 'rateLimitRequests' | 'maxConnectionsPerUser'>,
  ) {
    const { rateLimitMessages, rateLimitRequests } = config;
    const frames =
      rateLimitMessages === 0 ? 0 : Math.max(MIN_FRAMES, FRAMES_PER_MESSAGE * rateLimitMessages);
    this.#writes = new Allowance(rateLimitMessages * WRITE_SECONDS, WRITE_SECONDS);
    this.#newLooks = new Allowance(rateLimitMessages === 0 ? 0 : NEW_LOOKS, NEW_LOOK_SECONDS);
    this.#requests = new Allowance(
      rateLimitRequests * REQUEST_COST * REQUEST_SECONDS,
      REQUEST_SECONDS,
    );
    this.#frames = new Allowance(frames * FRAME_SECONDS, FRAME_SECONDS);
    this.#maxConnections = config.maxConnectionsPerUser;
  }

  /**
   * Counts what a user writes into the log of a room, which keeps it for ever: messages and their
   * changes, joining and leaving, members, rooms. Throws `rate_limited`.
   */
  async write(userId: string): Promise<void> {
    const refused = await this.#writes.take(userId);
    if (refused) throw tooMany('messages or changes', refused.retryAfter);
  }

  /** Counts a new name or a new colour of a user. Throws `rate_limited`. */
  async newLook(userId: string, what: 'names' | 'colours'): Promise<void> {
    const refused = await this.#newLooks.take(`${what} of ${userId}`);
    if (refused) throw tooMany(`new ${what}`, refused.retryAfter);
  }

  /** Counts a request of a user or of an address. Throws `rate_limited`. */
  async request(key: string, cost: number): Promise<void> {
    if (cost === 0) return;
    const refused = await this.#requests.take(key, cost);
    if (refused) throw tooMany('requests', refused.retryAfter);
  }

  /** Counts a frame of a socket, before anything else is done with it. */
  async frame(socketId: string): Promise<FrameVerdict> {
    const refused = await this.#frames.take(socketId);
    return refused && refused.excess > FLOODING ? 'flooding' : refused;
  }

  /** Whether others are to be told that a user is typing; who types on is not told of again at once. */
  async typing(roomId: string, userId: string): Promise<boolean> {
    return (await this.#typing.take(`${roomId} ${userId}`)) === null;
  }

  /**
   * Counts a socket or stream of a user from now until the function that it returns is called. Throws
   * `rate_limited` where the user has as many as they may.
   */
  connect(userId: string): () => void {
    const open = this.#connections.get(userId) ?? 0;
    if (this.#maxConnections > 0 && open >= this.#maxConnections) {
      const message = `You have ${open} sockets and streams open, and may have no more; close one`;
      throw new ChatError('rate_limited', { message, retryAfter: 5 });
    }
    this.#connections.set(userId, open + 1);
    return () => this.#disconnect(userId);
  }

  #disconnect(userId: string): void {
    const open = this.#connections.get(userId)! - 1;
    if (open === 0) this.#connections.delete(userId);
    else this.#connections.set(userId, open);
  }
}

/** What a refusal says to a person. */
export const tooManyMessage = (what: string, retryAfter: number): string =>
  `Too many ${what} at once; try again in ${retryAfter} s`;

const tooMany = (what: string, retryAfter: number) =>
  new ChatError('rate_limited', { message: tooManyMessage(what, retryAfter), retryAfter });
