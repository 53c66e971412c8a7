import type { QueryResult } from 'pg';
import { Batcher } from '../../../batcher.ts';
import type { Queries } from './shared-client.ts';

/** Points taken of a key, or given back. */
interface Taken {
  readonly key: string;
  readonly points: number;
  /** How long the key's points count, in milliseconds, from the first one on. */
  readonly durationMs: number;
  readonly resolve: (counted: Counted) => void;
  readonly reject: (error: unknown) => void;
}

/** The points of a key after some were taken, and when they no longer count, in milliseconds since 1970. */
export interface Counted {
  readonly points: number;
  readonly expire: number;
}

/** In the order of keys, so that no two nodes wait for each other. */
const TAKE = `
  insert into limits as known (key, points, expire)
    select * from jsonb_to_recordset($1::jsonb) as taken (key text, points int, expire bigint) order by key
  on conflict (key) do update set
    points = case when known.expire <= $2 then excluded.points else known.points + excluded.points end,
    expire = case when known.expire <= $2 then excluded.expire else known.expire end
  returning key, points, expire`;

/** Counts points in the database: all that one turn of the event loop brings in one statement. */
export class Points {
  readonly #queries: Queries;
  readonly #batch = new Batcher<Taken>((taken) => void this.#write(taken));

  /** `queries` answers in order, so that those who wait for their points stay in order. */
  constructor(queries: Queries) {
    this.#queries = queries;
  }

  take(key: string, points: number, durationMs: number): Promise<Counted> {
    return new Promise((resolve, reject) => {
      this.#batch.add({ key, points, durationMs, resolve, reject });
    });
  }

  async #write(taken: readonly Taken[]): Promise<void> {
    try {
      const now = Date.now();
      const { rows } = await this.#insert(rowsOf(taken, now), now);
      const counted = new Map(rows.map((row) => [row.key, row]));
      // Each one is told what its key had right after it, so the last ones first.
      const left = new Map(rows.map((row) => [row.key, row.points]));
      const answers = taken.toReversed().map(({ key, points }): Counted => {
        const after = left.get(key)!;
        left.set(key, after - points);
        return { points: after, expire: counted.get(key)!.expire };
      });
      for (const { resolve } of taken) resolve(answers.pop()!);
    } catch (error) {
      for (const { reject } of taken) reject(error);
    }
  }

  #insert(rows: readonly object[], now: number): Promise<QueryResult<Counted & { key: string }>> {
    const values = [JSON.stringify(rows), now];
    return this.#queries.query({ name: 'charla_points', text: TAKE, values });
  }
}

/** A row for each key: a statement cannot change a row twice. */
function rowsOf(taken: readonly Taken[], now: number): object[] {
  const rows = new Map<string, { key: string; points: number; expire: number }>();
  for (const { key, points, durationMs } of taken) {
    const row = rows.get(key);
    if (row) row.points += points;
    else rows.set(key, { key, points, expire: now + durationMs });
  }
  return [...rows.values()];
}
