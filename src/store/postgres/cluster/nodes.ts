import type { LimitsHit, NodeRecord } from '../../cluster.ts';
import type { Queries } from './shared-client.ts';
import { IN_LOCK_ORDER } from './connections.ts';
import { NEWS_CHANNEL, toPayload } from './payloads.ts';

/* The rows of nodes: a node that is alive updates its own every other second. */

/** What a beat finds. */
export interface Beat {
  /** False where the node's row is gone: others have removed it, or a crash has emptied the table. */
  readonly isKnown: boolean;
  /** The nodes that this beat has removed. Of all nodes, one alone is told of each. */
  readonly dead: readonly string[];
  /** How many are alive, this one included. */
  readonly nodes: number;
  /** The oldest node. */
  readonly leader: string | null;
  readonly epoch: string;
  /** The last position of the log. */
  readonly head: number;
}

/** Removes what the nodes of the statement's `dead` have shared. */
const REMOVAL = `
  offline as (delete from presence using dead where presence.node_id = dead.id),
  gone as (select array_agg(id) as ids from dead having count(*) > 0),
  held as (
    select user_id, gone.ids from connections known join gone on known.by_node ?| gone.ids
      ${IN_LOCK_ORDER}),
  freed as (
    update connections known set by_node = by_node - held.ids, total = total - (
      select coalesce(sum(value::int), 0) from jsonb_each_text(by_node) where key = any(held.ids))
    from held where known.user_id = held.user_id)`;

/** Whether a node has been silent for longer than $2 milliseconds, by the clock of the database. */
const IS_SILENT = `beat_at < clock_timestamp() - $2::float8 * interval '1 ms'`;

const BEAT = `
  with beating as (update nodes set beat_at = clock_timestamp(), connections = $3, limits_hit = $4
      where id = $1 returning id),
  dead as (delete from nodes where id <> $1 and ${IS_SILENT} returning id), ${REMOVAL}
  select exists (select from beating) as "isKnown",
    array(select id from dead) as dead,
    (select count(*) from nodes where id = $1 or not ${IS_SILENT})::int as nodes,
    (select id from nodes where id = $1 or not ${IS_SILENT} order by started_at, id limit 1) as leader,
    (select value from meta where key = 'epoch') as epoch,
    (select coalesce(max(pos), 0) from events)::bigint as head,
    pg_notify('${NEWS_CHANNEL}', json_build_object('node', $1::text, 'beat', true,
      'gone', array(select id from dead))::text)`;

/**
 * Removes nodes that have been silent for `deadMs`, and returns what the node has to know of the database. `connections`
 * is how many sockets and streams it has, `limitsHit` what its limits have refused.
 */
export async function beat(
  queries: Queries,
  nodeId: string,
  { deadMs, connections, limitsHit }: { deadMs: number; connections: number; limitsHit: LimitsHit },
): Promise<Beat> {
  const values = [nodeId, deadMs, connections, JSON.stringify(limitsHit)];
  const { rows } = await queries.query<Beat>({ name: 'charla_beat', text: BEAT, values });
  return rows[0]!;
}

/** The nodes that have not been silent for `deadMs`, the oldest first. */
export async function readNodes(queries: Queries, deadMs: number): Promise<NodeRecord[]> {
  const text = `select id, connections, limits_hit as "limitsHit",
      (extract(epoch from started_at) * 1000)::bigint as "startedAt"
    from nodes where beat_at >= clock_timestamp() - $1::float8 * interval '1 ms'
    order by started_at, id`;
  return (await queries.query<NodeRecord>({ text, values: [deadMs] })).rows;
}

export async function addNode(queries: Queries, nodeId: string): Promise<void> {
  const text = `insert into nodes (id) values ($1)
    on conflict (id) do update set beat_at = clock_timestamp()`;
  await queries.query({ text, values: [nodeId] });
}

/** Removes a node that leaves, and tells the others. */
export async function removeNode(queries: Queries, nodeId: string): Promise<void> {
  const text = `with dead as (delete from nodes where id = $1 returning id), ${REMOVAL}
    select pg_notify('${NEWS_CHANNEL}', $2)`;
  const payload = toPayload({ node: nodeId, gone: [nodeId] });
  await queries.query({ text, values: [nodeId, payload] });
}

/**
 * Ends the connections of dead nodes. One that is frozen, and not gone, could otherwise keep the queue of notifications
 * from being shortened, and hold locks.
 */
export async function endConnectionsOf(
  queries: Queries,
  nodeIds: readonly string[],
): Promise<void> {
  const text = `select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and usename = current_user and application_name = any($1)`;
  await queries.query({ text, values: [nodeIds.map(applicationName)] });
}

/** The name that the connections of a node have in the database. */
export const applicationName = (nodeId: string): string => `charla ${nodeId}`;

/** Deletes what has expired, and what nodes have written after their removal. For one node at a time. */
export async function cleanShared(queries: Queries): Promise<void> {
  const now = Date.now();
  const orphans = `
    with named as (
      select node_id as id from presence
      union select jsonb_object_keys(by_node) from connections),
    dead as (select id from named where not exists (select from nodes where nodes.id = named.id)),
    ${REMOVAL} select`;
  await Promise.all([
    queries.query({ text: 'delete from tickets where expires_at < $1', values: [now] }),
    queries.query({ text: 'delete from limits where expire < $1', values: [now] }),
    queries.query({
      text: `delete from connections where user_id in (
        select user_id from connections where total <= 0 for update skip locked)`,
    }),
    queries.query({ text: orphans }),
  ]);
}
