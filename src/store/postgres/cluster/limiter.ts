import { hash } from 'node:crypto';
import { RateLimiterMemory, RateLimiterPostgres } from 'rate-limiter-flexible';
import type { LimiterOptions } from '../../cluster.ts';
import type { SharedClient } from './shared-client.ts';

/**
 * Counts points over all nodes, in the table `limits`; while the database is out of reach, those of this node. A client
 * that answers in order keeps the order of those who wait for their points.
 */
export class SharedLimiter extends RateLimiterPostgres {
  constructor(client: SharedClient, { prefix, points, seconds, flood }: LimiterOptions) {
    super({
      storeClient: client,
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
  }

  /** Hashed: keys have any length and character, and hold email addresses and addresses of people. */
  override getKey(key: string | number): string {
    return hash('sha256', super.getKey(key), 'base64url');
  }
}
