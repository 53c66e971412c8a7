import { sql, type CreateTableBuilder, type Kysely } from 'kysely';
import type { Dialect } from '../src/store/dialect.ts';

/*
 * Administration: the audit log, links that set a new password, deleted accounts, and how large rooms are. A deleted
 * account keeps its row, without anything personal, for the messages that it has written.
 */

const types = {
  sqlite: { text: 'text', integer: 'integer' },
  postgres: { text: sql`text collate "C"`, integer: 'bigint' },
} as const;

/** A table whose rows are found by its key alone. */
const byKey = <Table extends string>(dialect: Dialect, table: CreateTableBuilder<Table>) =>
  dialect === 'sqlite' ? table.modifyEnd(sql`without rowid`) : table;

const AUDITED = ['actor_id', 'user_id', 'room_id'] as const;

export async function up(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  const { text, integer } = types[dialect];
  await db.schema.alterTable('users').addColumn('deleted_at', integer).execute();
  await byKey(
    dialect,
    db.schema
      .createTable('reset_tokens')
      .addColumn('token_hash', text, (c) => c.primaryKey())
      .addColumn('user_id', text, (c) => c.notNull().references('users.id'))
      .addColumn('created_at', integer, (c) => c.notNull())
      .addColumn('expires_at', integer, (c) => c.notNull()),
  ).execute();
  await db.schema
    .createIndex('reset_tokens_by_user')
    .on('reset_tokens')
    .columns(['user_id', 'created_at'])
    .execute();
  await db.schema
    .createIndex('reset_tokens_by_expiry')
    .on('reset_tokens')
    .column('expires_at')
    .execute();

  // It refers to nothing: entries outlive the rooms they tell of.
  await db.schema
    .createTable('audit')
    .addColumn('id', integer, (c) => c.primaryKey())
    .addColumn('at', integer, (c) => c.notNull())
    .addColumn('action', text, (c) => c.notNull())
    .addColumn('actor_id', text)
    .addColumn('user_id', text)
    .addColumn('room_id', text)
    .addColumn('details', text)
    .execute();
  for (const column of AUDITED) {
    await db.schema
      .createIndex(`audit_by_${column.replace('_id', '')}`)
      .on('audit')
      .columns([column, 'id'])
      .where(sql.ref(column), 'is not', null)
      .execute();
  }

  if (dialect === 'postgres') {
    await db.schema
      .alterTable('nodes')
      .addColumn('connections', integer, (c) => c.notNull().defaultTo(0))
      .execute();
  }

  // It has what a room's total is summed up from.
  await db.schema.createIndex('files_by_room').on('files').columns(['room_id', 'size']).execute();
}

export async function down(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  if (dialect === 'postgres')
    await db.schema.alterTable('nodes').dropColumn('connections').execute();
  await db.schema.dropIndex('files_by_room').execute();
  await db.schema.dropTable('audit').execute();
  await db.schema.dropTable('reset_tokens').execute();
  await db.schema.alterTable('users').dropColumn('deleted_at').execute();
}
