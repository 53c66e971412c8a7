import { hash } from 'node:crypto';
import { RateLimiterMemory, RateLimiterPostgres } from 'rate-limiter-flexible';
import type { LimiterOptions } from '../../cluster.ts';
import type { Counted, Points } from './points.ts';

/** Counts points over all nodes; while the database is out of reach, those of this node. */
export class SharedLimiter extends RateLimiterPostgres {
  readonly #points: Points;

  constructor(points: Points, { prefix, points: most, seconds, flood }: LimiterOptions) {
    super({
      // Everything that this uses of the library goes through `_upsert`.
      storeClient: {},
      storeType: 'client',
      tableName: 'limits',
      tableCreated: true,
      // The leader does it.
      clearExpiredByTimeout: false,
      keyPrefix: prefix,
      points: most,
      duration: seconds,
      insuranceLimiter: new RateLimiterMemory({ points: most, duration: seconds }),
      ...(flood !== undefined && { inMemoryBlockOnConsumed: flood }),
    });
    this.#points = points;
  }

  /** Hashed: keys have any length and character, and hold email addresses and addresses of people. */
  override getKey(key: string | number): string {
    return hash('sha256', super.getKey(key), 'base64url');
  }

  /** The library calls it to count. Its own sends a statement for each call. */
  async _upsert(key: string, points: number, durationMs: number): Promise<{ rows: [Counted] }> {
    return { rows: [await this.#points.take(key, points, durationMs)] };
  }
}
