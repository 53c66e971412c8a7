import { sql, type CreateTableBuilder, type Kysely } from 'kysely';
import type { Dialect } from '../src/store/dialect.ts';

/*
 * People whom somebody else signs in: an OpenID provider, or an application that embeds the client. What is known of a
 * host's token outlives its session, so that a session which was ended stays ended.
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
      .createTable('identities')
      .addColumn('issuer', text, (c) => c.notNull())
      .addColumn('subject', text, (c) => c.notNull())
      .addColumn('user_id', text, (c) => c.notNull().references('users.id'))
      .addColumn('is_verified', integer, (c) => c.notNull())
      .addColumn('created_at', integer, (c) => c.notNull())
      .addPrimaryKeyConstraint('identities_key', ['issuer', 'subject']),
  ).execute();
  await db.schema.createIndex('identities_by_user').on('identities').column('user_id').execute();

  await byKey(
    dialect,
    db.schema
      .createTable('host_tokens')
      .addColumn('session_id', text, (c) => c.primaryKey().notNull())
      .addColumn('user_id', text, (c) => c.notNull().references('users.id'))
      .addColumn('expires_at', integer, (c) => c.notNull()),
  ).execute();
  await db.schema.createIndex('host_tokens_by_user').on('host_tokens').column('user_id').execute();
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('host_tokens').execute();
  await db.schema.dropTable('identities').execute();
}
