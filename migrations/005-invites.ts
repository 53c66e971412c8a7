import { sql, type CreateTableBuilder, type Kysely } from 'kysely';
import type { Dialect } from '../src/store/dialect.ts';

/*
 * Invites, into a room or only onto the server (`room_id` null). One that has ended stays for a while, so that its link
 * says why it no longer works.
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
      .createTable('invites')
      .addColumn('code', text, (c) => c.primaryKey())
      .addColumn('room_id', text, (c) => c.references('rooms.id').onDelete('cascade'))
      .addColumn('created_by', text, (c) => c.notNull().references('users.id'))
      .addColumn('created_at', integer, (c) => c.notNull())
      .addColumn('expires_at', integer, (c) => c.notNull())
      .addColumn('revoked_at', integer)
      .addColumn('max_uses', integer)
      .addColumn('uses', integer, (c) => c.notNull()),
  ).execute();
  await db.schema
    .createIndex('invites_by_room')
    .on('invites')
    .columns(['room_id', 'created_at'])
    .execute();
  await db.schema.createIndex('invites_by_expiry').on('invites').column('expires_at').execute();
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('invites').execute();
}
