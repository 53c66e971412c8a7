import { sql, type Kysely } from 'kysely';
import type { Dialect } from '../src/store/dialect.ts';

/* Bots: accounts of programs. */

const types = {
  sqlite: { integer: 'integer' },
  postgres: { integer: 'bigint' },
} as const;

export async function up(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  const { integer } = types[dialect];
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
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropIndex('bots').execute();
  await db.schema.alterTable('users').dropColumn('is_bot').execute();
}
