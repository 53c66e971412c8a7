import type { SharedClient, Queries } from './shared-client.ts';

/** How long disconnects are gathered, in milliseconds. */
export const GATHER_MS = 20;

/**
 * Counts one where there are fewer than $3, and returns how many there are then; otherwise how many there are. What
 * the statement reads besides may be older than the row that it would have changed, which has at least $3.
 */
const CONNECT = `
  with counted as (
    insert into connections as known (user_id, total, by_node)
      values ($1, 1, jsonb_build_object($2::text, 1))
    on conflict (user_id) do update set total = known.total + 1,
      by_node = known.by_node || jsonb_build_object($2::text, coalesce((known.by_node->>$2::text)::int, 0) + 1)
    where known.total < $3
    returning total)
  select true as "isCounted", total from counted
  union all
  select false, greatest((select total from connections where user_id = $1), $3)
    where not exists (select from counted)`;

/** Locks the rows `known` that a statement will change, all nodes in one order, so that no two wait for each other. */
export const IN_LOCK_ORDER = 'order by known.user_id for update of known';

const DISCONNECT = `
  with closed as (select * from jsonb_to_recordset($2::jsonb) as closed (user_id text, count int)),
  locked as (
    select known.user_id, closed.count from connections known join closed using (user_id)
      ${IN_LOCK_ORDER})
  update connections known
    set total = known.total - least(locked.count, coalesce((known.by_node->>$1::text)::int, 0)),
      by_node = known.by_node || jsonb_build_object($1::text,
        greatest(coalesce((known.by_node->>$1::text)::int, 0) - locked.count, 0))
    from locked where known.user_id = locked.user_id`;

const REPLACE_OTHERS = `
  with locked as (
    select user_id from connections known
      where by_node ? $1::text and not user_id in (select jsonb_object_keys($2::jsonb))
      ${IN_LOCK_ORDER})
  update connections known
    set total = total - (by_node->>$1::text)::int, by_node = by_node - $1::text
    from locked where known.user_id = locked.user_id`;
const REPLACE = `
  insert into connections as known (user_id, total, by_node)
    select key, value::int, jsonb_build_object($1::text, value::int)
      from jsonb_each_text($2::jsonb) order by key
  on conflict (user_id) do update
    set total = known.total - coalesce((known.by_node->>$1::text)::int, 0) + excluded.total,
      by_node = known.by_node || excluded.by_node`;

/** How many sockets and streams each user has on all nodes together. */
export class SharedConnections {
  readonly #client: SharedClient;
  readonly #nodeId: string;
  /** Those of this node. */
  readonly #open = new Map<string, number>();
  /** Those of this node that have closed and are still counted. */
  #closed = new Map<string, number>();
  #timer: NodeJS.Timeout | null = null;

  constructor(client: SharedClient, nodeId: string) {
    this.#client = client;
    this.#nodeId = nodeId;
  }

  async connect(userId: string, max: number): Promise<(() => void) | number> {
    const { rows } = await this.#client.query<{ isCounted: boolean; total: number }>({
      name: 'charla_connect',
      text: CONNECT,
      values: [userId, this.#nodeId, max],
    });
    const { isCounted, total } = rows[0]!;
    if (!isCounted) return total;
    add(this.#open, userId, 1);
    return () => this.#disconnect(userId);
  }

  /** Writes this node's counts anew, on a connection that nobody else uses yet. */
  async replace(queries: Queries): Promise<void> {
    this.#closed.clear();
    const values = [this.#nodeId, JSON.stringify(Object.fromEntries(this.#open))];
    await queries.query({ text: REPLACE_OTHERS, values });
    await queries.query({ text: REPLACE, values });
  }

  /** Writes what has closed, in a while. */
  flushSoon(): void {
    if (this.#closed.size === 0 || this.#timer) return;
    this.#timer = setTimeout(() => this.#flush(), GATHER_MS).unref();
  }

  #disconnect(userId: string): void {
    add(this.#open, userId, -1);
    add(this.#closed, userId, 1);
    this.flushSoon();
  }

  #flush(): void {
    this.#timer = null;
    // Without a connection they wait for the next one.
    if (!this.#client.isUp || this.#closed.size === 0) return;
    const closed = Array.from(this.#closed, ([user_id, count]) => ({ user_id, count }));
    this.#closed = new Map();
    const values = [this.#nodeId, JSON.stringify(closed)];
    this.#client
      .query({ name: 'charla_disconnect', text: DISCONNECT, values })
      // The next connection counts anew.
      .catch((error: unknown) => this.#client.reconnect(error));
  }
}

function add(counts: Map<string, number>, userId: string, change: number): void {
  const count = (counts.get(userId) ?? 0) + change;
  if (count === 0) counts.delete(userId);
  else counts.set(userId, count);
}
