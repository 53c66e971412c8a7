import type { Present } from '../../cluster.ts';
import { toUser } from '../../mapping/accounts.ts';
import { NEWS_CHANNEL, toPayload, toPayloads, type PresenceChange } from './payloads.ts';
import type { Queries } from './shared-client.ts';

/* Who has a socket on which node. */

/** The rooms and users of a list in JSON. */
const namedBy = (parameter: string) =>
  `jsonb_to_recordset(${parameter}::jsonb) as named (room_id text, user_id text)`;

const CHANGE = `
  with gone as (
    delete from presence using ${namedBy('$3')}
      where node_id = $1 and presence.room_id = named.room_id and presence.user_id = named.user_id),
  come as (
    insert into presence (node_id, room_id, user_id) select $1, room_id, user_id from ${namedBy('$2')}
      on conflict do nothing)
  select pg_notify('${NEWS_CHANNEL}', payload) from unnest($4::text[]) as payload`;

/** Writes changes of a node's sockets, and tells the other nodes. */
export async function changePresence(
  queries: Queries,
  nodeId: string,
  changes: readonly PresenceChange[],
): Promise<void> {
  const rowsOf = (which: 0 | 1) =>
    JSON.stringify(
      changes
        .filter(([, , isPresent]) => isPresent === which)
        .map(([room_id, { id: user_id }]) => ({ room_id, user_id })),
    );
  const payloads = toPayloads(nodeId, 'present', changes);
  const values = [nodeId, rowsOf(1), rowsOf(0), payloads];
  await queries.query({ name: 'charla_presence', text: CHANGE, values });
}

const REPLACE = `
  with named as (select * from ${namedBy('$2')}),
  gone as (
    delete from presence where node_id = $1 and not exists (
      select from named
        where named.room_id = presence.room_id and named.user_id = presence.user_id)),
  come as (
    insert into presence (node_id, room_id, user_id) select $1, room_id, user_id from named
      on conflict do nothing)
  select pg_notify('${NEWS_CHANNEL}', $3)`;

/** Writes anew who has a socket on a node. The other nodes are told to read it. */
export async function replacePresence(
  queries: Queries,
  nodeId: string,
  present: Iterable<Present>,
): Promise<void> {
  const rows = Array.from(present, ({ roomId, user }) => ({ room_id: roomId, user_id: user.id }));
  const values = [nodeId, JSON.stringify(rows), toPayload({ node: nodeId, again: true })];
  await queries.query({ text: REPLACE, values });
}

/** Reads who has a socket on each of the other nodes. */
export async function readPresence(
  queries: Queries,
  nodeId: string,
): Promise<Map<string, Present[]>> {
  const text = `select presence.node_id, presence.room_id,
      users.id, users.name, users.color, users.created_at, users.is_admin, users.is_bot
    from presence join nodes on nodes.id = presence.node_id join users on users.id = presence.user_id
    where presence.node_id <> $1`;
  type Row = Parameters<typeof toUser>[0] & { node_id: string; room_id: string };
  const { rows } = await queries.query<Row>({ name: 'charla_present', text, values: [nodeId] });
  const all = new Map<string, Present[]>();
  for (const row of rows) {
    const present = { roomId: row.room_id, user: toUser(row) };
    const ofNode = all.get(row.node_id);
    if (ofNode) ofNode.push(present);
    else all.set(row.node_id, [present]);
  }
  return all;
}
