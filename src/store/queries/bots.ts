import { sql, type Kysely } from 'kysely';
import type { Bot } from '../../protocol/bots.ts';
import { toUser } from '../mapping/accounts.ts';
import { isoTimeOrNull } from '../mapping/time.ts';
import type { Database } from '../tables.ts';

type Db = Kysely<Database>;

/** Bots that are not disabled. The literal is that of the index. */
const bots = (db: Db) =>
  db
    .selectFrom('users')
    .where('users.is_bot', '=', sql.lit(1 as const))
    .where('users.is_disabled', '=', 0);

/** Bots that have no webhook. */
export async function countBots(db: Db): Promise<number> {
  const row = await bots(db)
    .leftJoin('incoming_hooks', 'incoming_hooks.bot_id', 'users.id')
    .where('incoming_hooks.id', 'is', null)
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow();
  return row.n;
}

/** Bots by name; `after` is the name key after which the page starts. */
export async function listBots(
  db: Db,
  page: { after?: string | undefined; limit: number },
): Promise<(Bot & { readonly nameKey: string })[]> {
  let query = bots(db)
    .leftJoin('incoming_hooks', 'incoming_hooks.bot_id', 'users.id')
    .selectAll('users')
    .select(['incoming_hooks.room_id', 'incoming_hooks.last_used_at as hook_used_at'])
    .select((eb) =>
      eb
        .selectFrom('sessions')
        .select((of) => of.fn.max('sessions.last_used_at').as('at'))
        .whereRef('sessions.user_id', '=', 'users.id')
        .as('token_used_at'),
    )
    .orderBy('users.name_key')
    .limit(page.limit);
  if (page.after !== undefined) query = query.where('users.name_key', '>', page.after);
  return (await query.execute()).map((row) => ({
    ...toUser(row),
    roomId: row.room_id,
    lastUsedAt: isoTimeOrNull(row.hook_used_at ?? (row.token_used_at || null)),
    nameKey: row.name_key,
  }));
}
