import { sql, type Kysely } from 'kysely';
import type { Dialect } from '../src/store/dialect.ts';

/*
 * Outgoing webhooks. A row has how far its hook has come in the log of its room, and when it is tried again: that is
 * all that a restart, or another node, needs to go on.
 */

const types = {
  sqlite: { text: 'text', integer: 'integer' },
  postgres: { text: sql`text collate "C"`, integer: 'bigint' },
} as const;

export async function up(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  const { text, integer } = types[dialect];
  await db.schema
    .createTable('outgoing_hooks')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('room_id', text, (c) => c.notNull().references('rooms.id').onDelete('cascade'))
    .addColumn('created_by', text, (c) => c.notNull().references('users.id'))
    .addColumn('url', text, (c) => c.notNull())
    .addColumn('events', text)
    .addColumn('secret', text, (c) => c.notNull())
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('seq', integer, (c) => c.notNull())
    .addColumn('failures', integer, (c) => c.notNull().defaultTo(0))
    .addColumn('next_attempt_at', integer)
    .addColumn('disabled_at', integer)
    .addColumn('last_at', integer)
    .addColumn('last_status', integer)
    .addColumn('last_error', text)
    .execute();
  await db.schema
    .createIndex('outgoing_hooks_by_room')
    .on('outgoing_hooks')
    .column('room_id')
    .execute();
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('outgoing_hooks').execute();
}
