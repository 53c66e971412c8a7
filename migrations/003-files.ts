import { sql, type CreateTableBuilder, type Kysely } from 'kysely';
import type { Dialect } from '../src/store/dialect.ts';

/*
 * Pictures and files. A row in `files` stands for a file in FILES_DIR. It is deleted with its message; a row in
 * `file_removals` then stands for the file until that is gone, too. Messages carry what readers receive of their files.
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
  await db.schema.alterTable('messages').addColumn('files', text).execute();
  await byKey(
    dialect,
    db.schema
      .createTable('files')
      .addColumn('id', text, (c) => c.primaryKey())
      .addColumn('room_id', text, (c) => c.notNull())
      .addColumn('user_id', text, (c) => c.notNull().references('users.id'))
      .addColumn('seq', integer)
      .addColumn('name', text, (c) => c.notNull())
      .addColumn('type', text, (c) => c.notNull())
      .addColumn('size', integer, (c) => c.notNull())
      .addColumn('width', integer)
      .addColumn('height', integer)
      .addColumn('created_at', integer, (c) => c.notNull()),
  ).execute();
  // It has what a user's total is summed up from.
  await db.schema.createIndex('files_by_user').on('files').columns(['user_id', 'size']).execute();
  await db.schema.createIndex('files_by_message').on('files').columns(['room_id', 'seq']).execute();
  await db.schema
    .createIndex('unsent_files')
    .on('files')
    .column('created_at')
    .where(sql.ref('seq'), 'is', null)
    .execute();
  await byKey(
    dialect,
    db.schema.createTable('file_removals').addColumn('file_id', text, (c) => c.primaryKey()),
  ).execute();
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('file_removals').execute();
  await db.schema.dropTable('files').execute();
  await db.schema.alterTable('messages').dropColumn('files').execute();
}
