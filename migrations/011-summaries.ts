import { sql, type Kysely } from 'kysely';
import type { Dialect } from '../src/store/dialect.ts';

/*
 * Summaries of missed mentions, by mail. They are a setting of the account and go with it: the language, null where they
 * are off; how far in the log the last one has told; when the next one may be sent; and whether the owner of the email has
 * confirmed that they want them.
 */

const types = {
  sqlite: { text: 'text', integer: 'integer' },
  postgres: { text: sql`text collate "C"`, integer: 'bigint' },
} as const;

const COUNTS = ['summary_pos', 'summary_due_at', 'summary_confirmed'] as const;

export async function up(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  const { text, integer } = types[dialect];
  await db.schema.alterTable('users').addColumn('summary_language', text).execute();
  for (const column of COUNTS) {
    await db.schema
      .alterTable('users')
      .addColumn(column, integer, (c) => c.notNull().defaultTo(0))
      .execute();
  }
  // Few want summaries, and only they are looked at.
  await db.schema
    .createIndex('summary_readers')
    .on('users')
    .column('id')
    .where(sql.ref('summary_language'), 'is not', null)
    .execute();
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropIndex('summary_readers').execute();
  for (const column of COUNTS.toReversed()) {
    await db.schema.alterTable('users').dropColumn(column).execute();
  }
  await db.schema.alterTable('users').dropColumn('summary_language').execute();
}
