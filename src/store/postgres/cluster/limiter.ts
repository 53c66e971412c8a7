import { hash } from 'node:crypto';
import { RateLimiterMemory, RateLimiterPostgres } from 'rate-limiter-flexible';
import type { LimiterOptions } from '../../cluster.ts';
import type { SharedPoints } from './points.ts';

/** Counts points over all nodes, in the table `limits`; while the database is out of reach, those of this node. */
export class SharedLimiter extends RateLimiterPostgres {
  readonly #shared: SharedPoints;

  constructor(shared: SharedPoints, { prefix, points, seconds, flood }: LimiterOptions) {
    super({
      // Not used: `_upsert` is all that consuming and giving back need.
      storeClient: {},
      storeType: 'client',
      tableName: 'limits',
      tableCreated: true,
      // The leader does it.
      clearExpiredByTimeout: false,
      keyPrefix: prefix,
      points,
      duration: seconds,
      insuranceLimiter: new RateLimiterMemory({ points, duration: seconds }),
      ...(flood !== undefined && { inMemoryBlockOnConsumed: flood }),
    });
    this.#shared = shared;
  }

  /** Hashed: keys have any length and character, and hold email addresses and addresses of people. */
  override getKey(key: string | number): string {
    return hash('sha256', super.getKey(key), 'base64url');
  }

  /** Replaces the library's own statement, which takes points of one key. */
  async _upsert(key: string, taken: number, ms: number) {
    const { points, msLeft } = await this.#shared.take(key, taken, ms);
    return { rows: [{ points, expire: Date.now() + msLeft }] };
  }
}
