import { sql, type Kysely } from 'kysely';
import type { Dialect } from '../src/store/dialect.ts';

/*
 * Bots, API tokens and incoming webhooks. A token is a session of its own kind: it ends as sessions end, and so do the
 * connections that it has opened. A webhook posts as a bot of its own.
 */

const types = {
  sqlite: { text: 'text', integer: 'integer' },
  postgres: { text: sql`text collate "C"`, integer: 'bigint' },
} as const;

export async function up(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  const { text, integer } = types[dialect];
  await db.schema
    .alterTable('users')
    .addColumn('is_bot', integer, (c) => c.notNull().defaultTo(0))
    .execute();
  // Few bots and many users.
  await db.schema
    .createIndex('bots')
    .on('users')
    .column('name_key')
    .where(sql.ref('is_bot'), '=', sql.lit(1))
    .execute();

  for (const column of ['token_hash', 'token_name'] as const) {
    await db.schema.alterTable('sessions').addColumn(column, text).execute();
  }
  await db.schema
    .createIndex('sessions_by_token')
    .unique()
    .on('sessions')
    .column('token_hash')
    .where(sql.ref('token_hash'), 'is not', null)
    .execute();

  await db.schema
    .createTable('incoming_hooks')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('room_id', text, (c) => c.notNull().references('rooms.id').onDelete('cascade'))
    .addColumn('bot_id', text, (c) => c.notNull().unique().references('users.id'))
    .addColumn('secret_hash', text, (c) => c.notNull().unique())
    .addColumn('created_by', text, (c) => c.notNull().references('users.id'))
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('last_used_at', integer)
    .execute();
  await db.schema
    .createIndex('incoming_hooks_by_room')
    .on('incoming_hooks')
    .column('room_id')
    .execute();
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('incoming_hooks').execute();
  await db.schema.dropIndex('sessions_by_token').execute();
  for (const column of ['token_name', 'token_hash'] as const) {
    await db.schema.alterTable('sessions').dropColumn(column).execute();
  }
  await db.schema.dropIndex('bots').execute();
  await db.schema.alterTable('users').dropColumn('is_bot').execute();
}
