import { sql, type Kysely } from 'kysely';
import type { IncomingHook } from '../../protocol/incoming-hooks.ts';
import type { User } from '../../protocol/resources.ts';
import { toUser } from '../mapping/accounts.ts';
import { isoTime, isoTimeOrNull } from '../mapping/time.ts';
import { PreparedQuery } from '../query.ts';
import { ORIGIN, originOf, paged, type ListOrigin, type ListPage } from '../server-list.ts';
import type { Database } from '../tables.ts';
import { exists } from './rooms.ts';

type Db = Kysely<Database>;

/** A new webhook. */
export interface NewHook {
  readonly id: string;
  readonly roomId: string;
  readonly botId: string;
  readonly secretHash: string;
  readonly createdBy: string;
  /** In milliseconds since 1970. */
  readonly createdAt: number;
}

export async function insertHook(db: Db, hook: NewHook): Promise<void> {
  await db
    .insertInto('incoming_hooks')
    .values({
      id: hook.id,
      room_id: hook.roomId,
      bot_id: hook.botId,
      secret_hash: hook.secretHash,
      created_by: hook.createdBy,
      created_at: hook.createdAt,
    })
    .execute();
}

const bySecret = new PreparedQuery((db, its: { secretHash: string }) =>
  db
    .selectFrom('incoming_hooks')
    .innerJoin('users', 'users.id', 'incoming_hooks.bot_id')
    .select(['users.id', 'users.name', 'users.color', 'users.created_at'])
    .select(['users.is_admin', 'users.is_bot'])
    .select(['incoming_hooks.id as hook_id', 'incoming_hooks.room_id'])
    .select('incoming_hooks.last_used_at')
    .where('incoming_hooks.secret_hash', '=', its.secretHash)
    .where('users.is_disabled', '=', 0),
);

/** A webhook that is used: where it posts, and as whom. */
export interface UsedHook {
  readonly id: string;
  readonly roomId: string;
  readonly bot: User;
  /** In milliseconds since 1970; 0 for never. */
  readonly lastUsedAt: number;
}

export async function findHookBySecret(db: Db, secretHash: string): Promise<UsedHook | undefined> {
  const row = await bySecret.first(db, { secretHash });
  return (
    row && {
      id: row.hook_id,
      roomId: row.room_id,
      bot: toUser(row),
      lastUsedAt: row.last_used_at ?? 0,
    }
  );
}

/** Webhooks, and the names of their bots. */
const withBot = (db: Db) =>
  db
    .selectFrom('incoming_hooks as hooks')
    .innerJoin('users', 'users.id', 'hooks.bot_id')
    .selectAll('hooks')
    .select('users.name');

/** The webhooks of a room, the oldest first. */
export async function listHooks(db: Db, roomId: string): Promise<IncomingHook[]> {
  const rows = await withBot(db)
    .where('hooks.room_id', '=', roomId)
    .orderBy('hooks.created_at')
    .orderBy('hooks.id')
    .execute();
  return rows.map(toIncomingHook);
}

type HookRow = Awaited<ReturnType<ReturnType<typeof withBot>['execute']>>[number];

const toIncomingHook = (row: HookRow): IncomingHook => ({
  kind: 'incoming',
  id: row.id,
  name: row.name,
  botId: row.bot_id,
  createdBy: row.created_by,
  createdAt: isoTime(row.created_at),
  lastUsedAt: isoTimeOrNull(row.last_used_at),
});

/** A page of the webhooks of all rooms. */
export async function listAllIncomingHooks(
  db: Db,
  page: ListPage,
): Promise<(ListOrigin & { hook: IncomingHook })[]> {
  const all = withBot(db)
    .innerJoin('users as makers', 'makers.id', 'hooks.created_by')
    .innerJoin('rooms', 'rooms.id', 'hooks.room_id')
    .select(ORIGIN)
    .where(exists);
  const by = [sql<number>`hooks.created_at`, sql<string>`hooks.id`] as const;
  const rows = await paged(all, by, page).execute();
  return rows.map((row) => ({ ...originOf(row), hook: toIncomingHook(row) }));
}

/** The room of a webhook; undefined where there is no such webhook. */
export async function findRoomOfHook(db: Db, hookId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('incoming_hooks')
    .select('room_id')
    .where('id', '=', hookId)
    .executeTakeFirst();
  return row?.room_id;
}

/** Where the webhook of a bot posts; undefined for a bot without one. */
export async function findHookOfBot(
  db: Db,
  botId: string,
): Promise<{ id: string; roomId: string } | undefined> {
  const row = await db
    .selectFrom('incoming_hooks')
    .select(['id', 'room_id'])
    .where('bot_id', '=', botId)
    .executeTakeFirst();
  return row && { id: row.id, roomId: row.room_id };
}

/** Deletes a webhook, and returns the id of its bot; undefined where the room has no such webhook. */
export async function deleteHook(
  db: Db,
  roomId: string,
  hookId: string,
): Promise<string | undefined> {
  const row = await db
    .deleteFrom('incoming_hooks')
    .where('id', '=', hookId)
    .where('room_id', '=', roomId)
    .returning('bot_id')
    .executeTakeFirst();
  return row?.bot_id;
}

/** Records that a webhook was used. */
export async function touchHook(db: Db, hookId: string, usedAt: number): Promise<void> {
  await db
    .updateTable('incoming_hooks')
    .set({ last_used_at: usedAt })
    .where('id', '=', hookId)
    .execute();
}
