import { sql, type Kysely } from 'kysely';
import { qualified } from '../public/shared/emoji.js';

/**
 * Names are found by words, which `checkIndex` fills in. A password's hash may be made anew, so what a
 * login goes by is how often the password was changed. And each emoji has one form.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const table of ['users', 'rooms']) {
    await db.schema
      .alterTable(table)
      .addColumn('name_search', 'text', (c) => c.notNull().defaultTo(''))
      .execute();
  }
  await db.schema
    .alterTable('users')
    .addColumn('password_changes', 'integer', (c) => c.notNull().defaultTo(0))
    .execute();
  // What is searched by words is filled anew, names too.
  await sql`delete from meta where key = 'search_words'`.execute(db);
  await mergeReactions(db);
  await qualifyLog(db);
}

interface Reaction {
  emoji: string;
  userIds: string[];
}

/** As it is stored from now on. What is no emoji today is left as it is. */
const formOf = (emoji: string) => qualified(emoji) ?? emoji;

/** Messages and events that are changed at a time. */
const PART = 1000;

async function mergeReactions(db: Kysely<unknown>): Promise<void> {
  const next = (after: { room_id: string; seq: number }) =>
    sql<{ room_id: string; seq: number; reactions: string }>`
      select room_id, seq, reactions from messages
      where (room_id, seq) > (${after.room_id}, ${after.seq}) and reactions is not null
      order by room_id, seq limit ${PART}`.execute(db);
  let after = { room_id: '', seq: 0 };
  for (;;) {
    const { rows } = await next(after);
    for (const { room_id, seq, reactions } of rows) {
      const merged = JSON.stringify(merge(JSON.parse(reactions) as Reaction[]));
      if (merged === reactions) continue;
      await sql`update messages set reactions = ${merged}
        where room_id = ${room_id} and seq = ${seq}`.execute(db);
    }
    if (rows.length < PART) return;
    after = rows.at(-1)!;
  }
}

/** In the order of the first of each, of emoji and of people. */
function merge(reactions: readonly Reaction[]): Reaction[] {
  const byForm = new Map<string, Set<string>>();
  for (const { emoji, userIds } of reactions) {
    const form = formOf(emoji);
    const users = byForm.get(form) ?? new Set();
    byForm.set(form, users);
    for (const id of userIds) users.add(id);
  }
  return [...byForm].map(([emoji, users]) => ({ emoji, userIds: [...users] }));
}

/** A replay is to name an emoji as the message does that carries it. */
async function qualifyLog(db: Kysely<unknown>): Promise<void> {
  let after = 0;
  for (;;) {
    const { rows } = await sql<{ pos: number; data: string }>`
      select pos, data from events where pos > ${after}
        and type in ('reaction.added', 'reaction.removed')
      order by pos limit ${PART}`.execute(db);
    for (const { pos, data } of rows) {
      const carried = JSON.parse(data) as { emoji: string };
      const emoji = formOf(carried.emoji);
      if (emoji === carried.emoji) continue;
      await sql`update events set data = ${JSON.stringify({ ...carried, emoji })}
        where pos = ${pos}`.execute(db);
    }
    if (rows.length < PART) return;
    after = rows.at(-1)!.pos;
  }
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('users').dropColumn('password_changes').execute();
  for (const table of ['users', 'rooms']) {
    await db.schema.alterTable(table).dropColumn('name_search').execute();
  }
}
