import type { LimitsHit } from '../../cluster.ts';
import { beat, cleanShared, type Beat } from './nodes.ts';
import type { Queries } from './shared-client.ts';

/** In milliseconds. */
export interface BeatTimes {
  readonly beatMs: number;
  /** A node that is silent for so long is removed by another. */
  readonly deadMs: number;
}

export const BEAT_TIMES: BeatTimes = { beatMs: 2000, deadMs: 15_000 };

/** A node that has not heard its own beat after so many more is deaf. */
const DEAF_BEATS = 2;
/** How often sessions are checked and the leader cleans up, in beats: every 10 s and every 30 s. */
const CHECK_BEATS = 5;
const CLEAN_BEATS = 15;

export interface HeartbeatOptions {
  readonly queries: Queries;
  readonly nodeId: string;
  readonly times: BeatTimes;
  /** The last position that this node has told anybody of. */
  readonly toldPos: () => number;
  /** How many sockets and streams this node has. */
  readonly connectionCount: () => number;
  /** What the limits of this node have refused. */
  readonly limitsHit: () => LimitsHit;
  /** Called with what a beat finds, and what was told before. */
  readonly onBeat: (beat: Beat, toldBefore: number) => void;
  readonly onDeaf: () => void;
  readonly warn: (error: unknown, message: string) => void;
}

/** Tells the database every other second that the node is alive, and finds out what has happened there. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;
  #isStopped = true;
  #count = 0;
  /** Beats that were told and have not been heard. */
  #unheard = 0;
  #leader: string | null = null;
  /** Until when no other node removes this one, on the clock of `performance.now()`. */
  #aliveUntil = 0;
  #nodeCount = 1;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  /** A leader that does not reach the database is one until another may take its place, for `forMs` at least. */
  isLeader(forMs: number): boolean {
    const isLeader = this.#leader === this.#options.nodeId;
    return isLeader && performance.now() + forMs < this.#aliveUntil;
  }

  /** How many nodes were alive at the last beat. */
  get nodeCount(): number {
    return this.#nodeCount;
  }

  get isCheckDue(): boolean {
    return this.#count % CHECK_BEATS === 0;
  }

  /** Resolves after the first beat. */
  async start(): Promise<void> {
    this.#isStopped = false;
    await this.#beat();
  }

  beatNow(): void {
    if (!this.#isStopped) void this.#beat();
  }

  /** The node has heard one of its own beats. */
  heard(): void {
    this.#unheard = 0;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#running;
  }

  #beat(): Promise<void> {
    this.#running ??= this.#once().finally(() => {
      this.#running = null;
      if (this.#timer) clearTimeout(this.#timer);
      if (this.#isStopped) return;
      this.#timer = setTimeout(() => void this.#beat(), this.#options.times.beatMs).unref();
    });
    return this.#running;
  }

  async #once(): Promise<void> {
    const { queries, nodeId, times, toldPos, onBeat, onDeaf, warn } = this.#options;
    const toldBefore = toldPos();
    const sentAt = performance.now();
    let found: Beat;
    try {
      found = await beat(queries, nodeId, {
        deadMs: times.deadMs,
        connections: this.#options.connectionCount(),
        limitsHit: this.#options.limitsHit(),
      });
    } catch {
      // The connection has told of its loss.
      return;
    }
    this.#count += 1;
    this.#leader = found.leader;
    this.#aliveUntil = sentAt + times.deadMs;
    this.#nodeCount = found.nodes;
    this.#unheard += 1;
    if (this.#unheard > DEAF_BEATS) {
      this.#unheard = 0;
      onDeaf();
    }
    onBeat(found, toldBefore);
    if (this.isLeader(0) && this.#count % CLEAN_BEATS === 0) {
      cleanShared(queries).catch((error: unknown) => warn(error, 'expired rows were not deleted'));
    }
  }
}
