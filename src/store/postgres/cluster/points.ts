import { Batcher } from '../../../batcher.ts';
import type { Queries } from './shared-client.ts';

/** What a key has after points were taken. */
export interface Points {
  readonly points: number;
  /** In milliseconds. */
  readonly msLeft: number;
}

interface Taking {
  readonly key: string;
  readonly points: number;
  /** How long the points of a key last that has none, in milliseconds. */
  readonly ms: number;
  readonly resolve: (points: Points) => void;
  readonly reject: (error: unknown) => void;
}

/** By the clock of the database, since those of the nodes differ. Rows are locked in one order. */
const TAKE = `
  insert into limits as known (key, points, expire)
    select key, points, (extract(epoch from now()) * 1000)::bigint + ms
      from jsonb_to_recordset($1::jsonb) as taken (key text, points int, ms bigint) order by key
  on conflict (key) do update set
    points = excluded.points +
      case when known.expire <= extract(epoch from now()) * 1000 then 0 else known.points end,
    expire = case when known.expire <= extract(epoch from now()) * 1000
      then excluded.expire else known.expire end
  returning key, points, expire - (extract(epoch from now()) * 1000)::bigint as "msLeft"`;

/**
 * Points by key, which all nodes count together. What one turn of the event loop takes is one statement: each on its own
 * would cost as much as to send a message.
 */
export class SharedPoints {
  readonly #queries: Queries;
  readonly #batcher = new Batcher<Taking>((batch) => void this.#takeAll(batch));

  constructor(queries: Queries) {
    this.#queries = queries;
  }

  /** Takes points of a key, or gives them back. Those who take of one key are answered in order. */
  take(key: string, points: number, ms: number): Promise<Points> {
    return new Promise((resolve, reject) => {
      this.#batcher.add({ key, points, ms, resolve, reject });
    });
  }

  async #takeAll(batch: readonly Taking[]): Promise<void> {
    const taken = new Map<string, { key: string; points: number; ms: number }>();
    for (const { key, points, ms } of batch) {
      taken.set(key, { key, ms, points: points + (taken.get(key)?.points ?? 0) });
    }
    try {
      const values = [JSON.stringify([...taken.values()])];
      const { rows } = await this.#queries.query<Points & { key: string }>({
        name: 'charla_points',
        text: TAKE,
        values,
      });
      const had = new Map(
        rows.map(({ key, points, msLeft }) => {
          return [key, { points: points - taken.get(key)!.points, msLeft }];
        }),
      );
      for (const { key, points, resolve } of batch) {
        const { points: before, msLeft } = had.get(key)!;
        const after = { points: before + points, msLeft };
        had.set(key, after);
        resolve(after);
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
