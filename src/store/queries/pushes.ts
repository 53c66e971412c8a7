import { sql, type Kysely, type RawBuilder } from 'kysely';
import { PreparedQuery } from '../query.ts';
import type { Database } from '../tables.ts';
import { defaultLevel } from './rooms-for-user.ts';

type Db = Kysely<Database>;

const pushState = new PreparedQuery((db) =>
  db.selectNoFrom([
    sql<number>`(select coalesce(max(pos), 0) from events)`.as('head'),
    sql<string | null>`(select value from meta where key = 'push_pos')`.as('pushed'),
    sql<0 | 1>`case when exists (select 1 from push_subscriptions) then 1 else 0 end`.as('is_any'),
  ]),
);

export interface PushState {
  /** The last position of the log. */
  readonly head: number;
  /** Up to which position people were notified; null where nobody ever was. */
  readonly pushed: number | null;
  /** Whether anybody has a subscription. */
  readonly isAnyone: boolean;
}

export async function readPushState(db: Db): Promise<PushState> {
  const row = (await pushState.first(db, {}))!;
  const pushed = row.pushed === null ? null : Number(row.pushed);
  return { head: row.head, pushed, isAnyone: row.is_any === 1 };
}

/** One message, for one subscription. */
export interface Push {
  readonly subscriptionId: string;
  readonly userId: string;
  readonly roomId: string;
  readonly seq: number;
}

interface Range {
  /** Positions of the log: exclusive, and inclusive. */
  readonly after: number;
  readonly upTo: number;
  /** Older messages are no news. Times are milliseconds since 1970. */
  readonly since: number;
  readonly now: number;
  readonly limit: number;
}

/** The newest of some messages of a room that a subscription's user has not read, and that no block keeps from them. */
const newestUnread = (source: RawBuilder<unknown>): RawBuilder<number | null> =>
  sql`(select message.seq from ${source}
      and message.room_id = active.room_id
      and message.seq >= active.first and message.seq <= active.last
      and message.seq > members.last_read_seq
      and message.author_id != own.user_id
      and message.deleted_at is null
      and message.created_at >= own.created_at
      and not exists (select 1 from blocks
        where blocks.user_id = own.user_id and blocks.blocked_id = message.author_id)
    order by message.seq desc limit 1)`;

const all = sql`messages as message where true`;
/** From the mentions to their messages, which SQLite would find the other way around. */
const mentioning = sql`mentions cross join messages as message
  where mentions.user_id = own.user_id and mentions.room_id = active.room_id
    and mentions.seq >= active.first and message.seq = mentions.seq`;

const level = sql`coalesce(notify_levels.level, ${defaultLevel})`;

/**
 * Of each room in which something was sent, the newest message that concerns each subscribed member by their level.
 * One statement for all rooms: what it costs follows from the members of those rooms, not from the messages. SQLite
 * keeps the order of cross joins.
 */
const duePushes = new PreparedQuery((db, its: Range) =>
  db
    .selectFrom(
      db
        .selectFrom(
          db
            .selectFrom('events')
            .select('room_id')
            .select(({ fn }) => [
              fn.min<number>('seq').as('first'),
              fn.max<number>('seq').as('last'),
            ])
            .where('pos', '>', its.after)
            .where('pos', '<=', its.upTo)
            .where('type', '=', sql.lit('message.created'))
            .where('at', '>', its.since)
            .groupBy('room_id')
            .as('active'),
        )
        .crossJoin('rooms')
        .crossJoin('members')
        .crossJoin('push_subscriptions as own')
        .crossJoin('sessions')
        .leftJoin('notify_levels', (join) =>
          join
            .onRef('notify_levels.user_id', '=', 'members.user_id')
            .onRef('notify_levels.room_id', '=', 'members.room_id'),
        )
        .whereRef('rooms.id', '=', 'active.room_id')
        .whereRef('members.room_id', '=', 'active.room_id')
        .whereRef('members.last_read_seq', '<', 'active.last')
        .whereRef('own.user_id', '=', 'members.user_id')
        .whereRef('sessions.id', '=', 'own.session_id')
        .where('sessions.expires_at', '>', its.now)
        .select(['own.id as subscriptionId', 'own.user_id as userId', 'active.room_id as roomId'])
        .select(
          sql<number | null>`case ${level} when 'all' then ${newestUnread(all)}
            when 'mentions' then ${newestUnread(mentioning)} end`.as('seq'),
        )
        .as('due'),
    )
    .selectAll()
    .where('seq', 'is not', null)
    .limit(its.limit),
);

/** The messages to notify of: for each subscription the newest of each room. */
export async function findPushes(db: Db, range: Range): Promise<Push[]> {
  const rows = await duePushes.all(db, range);
  return rows.map((row) => ({ ...row, seq: row.seq! }));
}

/** Where and how a browser is notified. */
export interface PushTarget {
  readonly userId: string;
  readonly sessionId: string;
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
  /** When its session ends, unless it is extended. */
  readonly sessionExpiresAt: number;
}

const pushTarget = new PreparedQuery((db, its: { id: string; now: number }) =>
  db
    .selectFrom('push_subscriptions as own')
    .innerJoin('sessions', 'sessions.id', 'own.session_id')
    .select(['own.user_id as userId', 'own.session_id as sessionId'])
    .select(['own.endpoint', 'own.p256dh', 'own.auth', 'sessions.expires_at as sessionExpiresAt'])
    .where('own.id', '=', its.id)
    .where('sessions.expires_at', '>', its.now)
    .where((eb) => eb('own.expires_at', 'is', null).or('own.expires_at', '>', its.now)),
);

/** A subscription that has not ended. */
export function findPushTarget(db: Db, id: string, now: number): Promise<PushTarget | undefined> {
  return pushTarget.first(db, { id, now });
}
