import { sql, type CreateTableBuilder, type Kysely } from 'kysely';
import type { Dialect } from '../src/store/dialect.ts';

/*
 * Notifications that reach people who are away. Levels stay when somebody leaves a room: whoever removes and adds them
 * again must not undo what they chose. A subscription belongs to a session and ends with it.
 */

const types = {
  sqlite: { text: 'text', integer: 'integer' },
  postgres: { text: sql`text collate "C"`, integer: 'bigint' },
} as const;

/** A table whose rows are found by its key alone. */
const byKey = <Table extends string>(dialect: Dialect, table: CreateTableBuilder<Table>) =>
  dialect === 'sqlite' ? table.modifyEnd(sql`without rowid`) : table;

export async function up(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  const { text, integer } = types[dialect];
  await byKey(
    dialect,
    db.schema
      .createTable('notify_levels')
      .addColumn('user_id', text, (c) => c.notNull().references('users.id'))
      .addColumn('room_id', text, (c) => c.notNull().references('rooms.id').onDelete('cascade'))
      .addColumn('level', text, (c) => c.notNull())
      .addPrimaryKeyConstraint('notify_levels_key', ['user_id', 'room_id']),
  ).execute();
  await db.schema
    .createIndex('notify_levels_by_room')
    .on('notify_levels')
    .column('room_id')
    .execute();

  await db.schema
    .createTable('push_subscriptions')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('user_id', text, (c) => c.notNull().references('users.id'))
    .addColumn('session_id', text, (c) => c.notNull().references('sessions.id').onDelete('cascade'))
    .addColumn('endpoint', text, (c) => c.notNull())
    .addColumn('p256dh', text, (c) => c.notNull())
    .addColumn('auth', text, (c) => c.notNull())
    .addColumn('expires_at', integer)
    .addColumn('created_at', integer, (c) => c.notNull())
    .execute();
  for (const column of ['user_id', 'session_id'] as const) {
    await db.schema
      .createIndex(`push_subscriptions_by_${column === 'user_id' ? 'user' : 'session'}`)
      .on('push_subscriptions')
      .column(column)
      .execute();
  }
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('push_subscriptions').execute();
  await db.schema.dropTable('notify_levels').execute();
}
