import { RateLimiterMemory, RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import type { Config } from '../../config.ts';
import { ChatError } from '../../protocol/errors.ts';
import type { Cluster } from '../../store/cluster.ts';
import { Refusals } from './refusals.ts';

/** How long an allowance lasts, in seconds: all of it may be used at once, and then nothing until it ends. */
const WRITE_SECONDS = 3;
const REQUEST_SECONDS = 4;
const FRAME_SECONDS = 3;
/**
 * New names of a user, and new colours, in so many seconds: a name is written to every room they belong to, and
 * both are sent to everybody there. As many bots for webhooks, which are kept for ever.
 */
const NEW_LOOKS = 5;
const NEW_LOOK_SECONDS = 60;
/** How often others in a room learn that a user is typing, in seconds. */
const TYPING_SECONDS = 2;

/**
 * Frames a second that a socket may send: at least so many, and so many for each message a second that its user
 * may send. Beside messages there are pings, read markers and typing.
 */
const MIN_FRAMES = 50;
const FRAMES_PER_MESSAGE = 5;
/** A peer that sends this many times the frames allowed does not wait when told to. */
const FLOODING = 2;
/** A key that has so many times its allowance is rejected from memory until the allowance ends. */
const FLOOD = 2;

/** The cost of a request, and of a file of the page, which requests sixty small files at once without a token. */
export const REQUEST_COST = 10;
export const FILE_COST = 1;

/** The allowance was exceeded; `retryAfter` is in seconds. */
interface Exceeded {
  readonly retryAfter: number;
  /** The points counted since the allowance began, as a multiple of it. */
  readonly excess: number;
}

/** A number of points in a number of seconds, by key. */
class Allowance {
  readonly #points: number;
  readonly #limiter: RateLimiterAbstract | null;

  /** `points` 0 turns it off. */
  constructor(points: number, makeLimiter: (points: number) => RateLimiterAbstract) {
    this.#points = points;
    this.#limiter = points === 0 ? null : makeLimiter(points);
  }

  /**
   * Takes points of a key; null where there were points left. It takes as many turns of the microtask queue
   * whatever the outcome, so that frames of one socket stay in order.
   */
  async take(key: string, points = 1): Promise<Exceeded | null> {
    if (!this.#limiter) return null;
    try {
      await this.#limiter.consume(key, points);
      return null;
    } catch (exceeded) {
      if (!(exceeded instanceof RateLimiterRes)) throw exceeded;
      const { msBeforeNext, consumedPoints } = exceeded;
      const retryAfter = Math.max(1, Math.ceil(msBeforeNext / 1000));
      return { retryAfter, excess: consumedPoints / this.#points };
    }
  }
}

/** Null where a frame is accepted; otherwise rejected for so many seconds, or part of a flood. */
export type FrameVerdict = { readonly retryAfter: number } | 'flooding' | null;

/** What one user, address or socket may do in a while, over HTTP, WebSocket and SSE together. */
export class Limits {
  readonly #writes: Allowance;
  readonly #newLooks: Allowance;
  readonly #requests: Allowance;
  readonly #frames: Allowance;
  readonly #typing = new Allowance(1, inMemory(TYPING_SECONDS));
  readonly #maxConnections: number;
  /** How often each limit has rejected something. */
  readonly rejected = {
    messages: new Refusals(),
    requests: new Refusals(),
    frames: new Refusals(),
    profiles: new Refusals(),
    connections: new Refusals(),
  };
  readonly #cluster: Cluster;

  constructor(
    config: Pick<Config, 'rateLimitMessages' | 'rateLimitRequests' | 'maxConnectionsPerUser'>,
    cluster: Cluster,
  ) {
    const { rateLimitMessages, rateLimitRequests } = config;
    const frames =
      rateLimitMessages === 0 ? 0 : Math.max(MIN_FRAMES, FRAMES_PER_MESSAGE * rateLimitMessages);
    const shared = (prefix: string, seconds: number) => (points: number) =>
      cluster.limiter({ prefix, points, seconds, flood: FLOOD * points });
    this.#writes = new Allowance(rateLimitMessages * WRITE_SECONDS, shared('write', WRITE_SECONDS));
    this.#newLooks = new Allowance(
      rateLimitMessages === 0 ? 0 : NEW_LOOKS,
      shared('look', NEW_LOOK_SECONDS),
    );
    this.#requests = new Allowance(
      rateLimitRequests * REQUEST_COST * REQUEST_SECONDS,
      shared('request', REQUEST_SECONDS),
    );
    this.#frames = new Allowance(frames * FRAME_SECONDS, inMemory(FRAME_SECONDS));
    this.#cluster = cluster;
    this.#maxConnections = config.maxConnectionsPerUser;
  }

  /**
   * Counts what a user writes into the log of a room, which is kept for ever: messages and their changes, joins and
   * departures, members, rooms. Throws `rate_limited`.
   */
  async write(userId: string): Promise<void> {
    const exceeded = await this.#writes.take(userId);
    if (!exceeded) return;
    this.rejected.messages.add(userId);
    throw tooMany('messages or changes', exceeded.retryAfter);
  }

  /** Counts a new name or a new colour of a user, or a bot that they make. Throws `rate_limited`. */
  async newLook(userId: string, what: 'names' | 'colours' | 'bots'): Promise<void> {
    const exceeded = await this.#newLooks.take(`${what} of ${userId}`);
    if (!exceeded) return;
    this.rejected.profiles.add(userId);
    throw tooMany(`new ${what}`, exceeded.retryAfter);
  }

  /** Counts a request of an address, or of a user. Throws `rate_limited`. */
  async request(by: { address: string } | { userId: string }, cost: number): Promise<void> {
    if (cost === 0) return;
    const userId = 'userId' in by ? by.userId : null;
    const exceeded = await this.#requests.take('userId' in by ? by.userId : by.address, cost);
    if (!exceeded) return;
    this.rejected.requests.add(userId);
    throw tooMany('requests', exceeded.retryAfter);
  }

  /** Counts a frame of a user's socket, before it is processed. */
  async frame(socketId: string, userId: string): Promise<FrameVerdict> {
    const exceeded = await this.#frames.take(socketId);
    if (exceeded) this.rejected.frames.add(userId);
    return exceeded && exceeded.excess > FLOODING ? 'flooding' : exceeded;
  }

  /** Whether to tell others that a user is typing; they are not told again at once. */
  async typing(roomId: string, userId: string): Promise<boolean> {
    return (await this.#typing.take(`${roomId} ${userId}`)) === null;
  }

  /**
   * Counts a socket or stream of a user until the returned function is called. Throws `rate_limited` where the user
   * has the most they may have, `unavailable` where that cannot be known.
   */
  async connect(userId: string): Promise<() => void> {
    if (this.#maxConnections === 0) return () => {};
    const release = await this.#cluster.connect(userId, this.#maxConnections);
    if (typeof release === 'function') return release;
    this.rejected.connections.add(userId);
    const message = `You have ${release} sockets and streams open, which is the limit; close one`;
    throw new ChatError('rate_limited', { message, retryAfter: 5 });
  }
}

/** For what happens on one node alone. */
const inMemory = (seconds: number) => (points: number) =>
  new RateLimiterMemory({ points, duration: seconds });

/** The message of a refusal. */
export const tooManyMessage = (what: string, retryAfter: number): string =>
  `Too many ${what} at once; try again in ${retryAfter} s`;

const tooMany = (what: string, retryAfter: number) =>
  new ChatError('rate_limited', { message: tooManyMessage(what, retryAfter), retryAfter });
