import { sql, type Kysely } from 'kysely';
import type { DurableType } from '../../protocol/events.ts';
import { PreparedQuery, type RowOf } from '../query.ts';
import type { Database } from '../tables.ts';
import type { Tx } from '../transaction.ts';
import { ORIGIN, originOf, paged, type ListOrigin, type ListPage } from '../server-list.ts';
import { exists } from './rooms.ts';

type Db = Kysely<Database>;

/** How far a hook has come. Times are milliseconds since 1970. */
export interface HookProgress {
  /** Everything up to this event of the room was delivered, or is of a type that the hook does not take. */
  readonly seq: number;
  /** Failed attempts since the last one that succeeded. */
  readonly failures: number;
  /** When a hook that fails is tried again; null where it does not fail. */
  readonly nextAttemptAt: number | null;
  /** When the last attempt ended, what status it was answered with, and what was wrong; null for nothing. */
  readonly lastAt: number | null;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
}

export interface NewHook {
  readonly id: string;
  readonly roomId: string;
  readonly createdBy: string;
  readonly url: string;
  /** The types that it takes; null for all. */
  readonly events: readonly DurableType[] | null;
  readonly secret: string;
  readonly createdAt: number;
  /** It takes what comes after this event of the room. */
  readonly seq: number;
}

/** An outgoing webhook. */
export interface HookRecord extends NewHook, HookProgress {
  /** Null where it is not disabled. */
  readonly disabledAt: number | null;
}

/** A hook, and how far it is behind its room. */
export interface HookWithLag extends HookRecord {
  /** The last event of the room. */
  readonly head: number;
  /** When the first event happened that the hook has not taken; null where there is none. */
  readonly behindSince: number | null;
}

const withRoom = (db: Db) =>
  db
    .selectFrom('outgoing_hooks as hooks')
    .innerJoin('rooms', 'rooms.id', 'hooks.room_id')
    .selectAll('hooks')
    .where(exists);

const hookById = new PreparedQuery((db, its: { id: string }) =>
  withRoom(db).where('hooks.id', '=', its.id),
);

const withLag = (db: Db) =>
  withRoom(db)
    .select('rooms.head')
    .select((eb) =>
      eb
        .selectFrom('events')
        .select('at')
        .whereRef('events.room_id', '=', 'hooks.room_id')
        .whereRef('events.seq', '>', 'hooks.seq')
        .orderBy('events.seq')
        .limit(sql.lit(1))
        .as('behind_since'),
    );

const hooksOfRoom = new PreparedQuery((db, its: { roomId: string }) =>
  withLag(db)
    .where('hooks.room_id', '=', its.roomId)
    .orderBy('hooks.created_at')
    .orderBy('hooks.id'),
);

function toHook(row: RowOf<typeof hookById>): HookRecord {
  return {
    id: row.id,
    roomId: row.room_id,
    createdBy: row.created_by,
    url: row.url,
    events: row.events === null ? null : (JSON.parse(row.events) as DurableType[]),
    secret: row.secret,
    createdAt: row.created_at,
    disabledAt: row.disabled_at,
    seq: row.seq,
    failures: row.failures,
    nextAttemptAt: row.next_attempt_at,
    lastAt: row.last_at,
    lastStatus: row.last_status,
    lastError: row.last_error,
  };
}

const toHookWithLag = (row: RowOf<typeof hooksOfRoom>): HookWithLag => ({
  ...toHook(row),
  head: row.head,
  behindSince: row.behind_since,
});

/** A hook whose room still exists. */
export async function findOutgoingHook(db: Db, id: string): Promise<HookRecord | undefined> {
  const row = await hookById.first(db, { id });
  return row && toHook(row);
}

/** The hooks of a room, oldest first. */
export async function listOutgoingHooks(db: Db, roomId: string): Promise<HookWithLag[]> {
  const rows = await hooksOfRoom.all(db, { roomId });
  return rows.map(toHookWithLag);
}

/** A page of the hooks of all rooms. */
export async function listAllOutgoingHooks(
  db: Db,
  page: ListPage,
): Promise<(ListOrigin & { hook: HookWithLag })[]> {
  const all = withLag(db)
    .innerJoin('users as makers', 'makers.id', 'hooks.created_by')
    .select(ORIGIN);
  const by = [sql<number>`hooks.created_at`, sql<string>`hooks.id`] as const;
  const rows = await paged(all, by, page).execute();
  return rows.map((row) => ({ ...originOf(row), hook: toHookWithLag(row) }));
}

export async function countOutgoingHooks(db: Db, roomId: string): Promise<number> {
  const row = await db
    .selectFrom('outgoing_hooks')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('room_id', '=', roomId)
    .executeTakeFirstOrThrow();
  return row.n;
}

export async function insertOutgoingHook(db: Db, hook: NewHook): Promise<void> {
  await db
    .insertInto('outgoing_hooks')
    .values({
      id: hook.id,
      room_id: hook.roomId,
      created_by: hook.createdBy,
      url: hook.url,
      events: hook.events && JSON.stringify(hook.events),
      secret: hook.secret,
      created_at: hook.createdAt,
      seq: hook.seq,
      failures: 0,
    })
    .execute();
}

/** Deletes a hook of a room, or all of them; returns how many. */
export async function deleteOutgoingHooks(db: Db, roomId: string, id?: string): Promise<number> {
  let query = db.deleteFrom('outgoing_hooks').where('room_id', '=', roomId);
  if (id !== undefined) query = query.where('id', '=', id);
  return Number((await query.executeTakeFirstOrThrow()).numDeletedRows);
}

/** Lets a hook of a room be tried at once, also a disabled one; false where there is none. */
export async function resumeOutgoingHook(db: Db, roomId: string, id: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('outgoing_hooks')
    .set({ failures: 0, next_attempt_at: null, disabled_at: null })
    .where('room_id', '=', roomId)
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

interface SavedProgress extends HookProgress {
  readonly id: string;
  readonly disabledAt: number | null;
}

/** The values of one statement for many have one type each, which null has not: 0 stands for it. */
type SavedRow = { readonly [K in keyof SavedProgress]: NonNullable<SavedProgress[K]> };
const numberOrNull = (value: number) => sql<number | null>`nullif(cast(${value} as bigint), 0)`;

/** A hook never moves back: a node that no longer delivers it may write late. */
const saveProgress = new PreparedQuery((db, its: SavedRow) =>
  db
    .updateTable('outgoing_hooks')
    .set({
      seq: its.seq,
      failures: its.failures,
      next_attempt_at: numberOrNull(its.nextAttemptAt),
      disabled_at: numberOrNull(its.disabledAt),
      last_at: numberOrNull(its.lastAt),
      last_status: numberOrNull(its.lastStatus),
      last_error: sql<string | null>`nullif(${its.lastError}, '')`,
    })
    .where('outgoing_hooks.id', '=', its.id)
    .where('outgoing_hooks.seq', '<=', its.seq)
    .where('outgoing_hooks.disabled_at', 'is', null),
);

/** Writes how far hooks have come; `disabledAt` disables one. Hooks that are gone, or disabled, stay as they are. */
export async function saveHookProgress(tx: Tx, hooks: readonly SavedProgress[]): Promise<void> {
  const rows = hooks.map((hook): SavedRow => {
    const { nextAttemptAt, disabledAt, lastAt, lastStatus, lastError } = hook;
    return {
      ...hook,
      nextAttemptAt: nextAttemptAt ?? 0,
      disabledAt: disabledAt ?? 0,
      lastAt: lastAt ?? 0,
      lastStatus: lastStatus ?? 0,
      lastError: lastError ?? '',
    };
  });
  await tx.each(saveProgress, rows);
}

const activeHooks = new PreparedQuery((db) =>
  db
    .selectFrom('outgoing_hooks as hooks')
    .innerJoin('rooms', 'rooms.id', 'hooks.room_id')
    .select(['hooks.id', 'hooks.room_id as roomId', 'hooks.created_by as createdBy'])
    .select(['hooks.next_attempt_at as nextAttemptAt', 'hooks.events'])
    .select(sql<0 | 1>`case when rooms.head > hooks.seq then 1 else 0 end`.as('isBehind'))
    .where('hooks.disabled_at', 'is', null)
    .where(exists),
);

/** A hook that is not disabled, as the worker that delivers needs it. */
export interface ActiveHook {
  readonly id: string;
  readonly roomId: string;
  readonly createdBy: string;
  readonly nextAttemptAt: number | null;
  /** JSON: the types that it takes; null for all. */
  readonly events: string | null;
  readonly isBehind: 0 | 1;
}

export const listActiveHooks = (db: Db): Promise<ActiveHook[]> => activeHooks.all(db, {});

const hookLag = new PreparedQuery((db) =>
  db
    .selectFrom('outgoing_hooks as hooks')
    .innerJoin('rooms', 'rooms.id', 'hooks.room_id')
    .select(({ fn }) => fn.countAll<number>().as('hooks'))
    .select([
      sql<number>`cast(coalesce(sum(rooms.head - hooks.seq), 0) as bigint)`.as('events'),
      sql<number>`count(hooks.next_attempt_at)`.as('retrying'),
    ])
    .where('hooks.disabled_at', 'is', null)
    .where(exists),
);

/** How many hooks are not disabled, how many of them fail, and how many events they all have yet to go through. */
export async function readHookLag(db: Db): Promise<HookLag> {
  return (await hookLag.first(db, {}))!;
}

export type HookLag = RowOf<typeof hookLag>;
