import type { Kysely } from 'kysely';
import type { Dialect } from '../src/store/dialect.ts';

/* What each node of a PostgreSQL database has refused, for the list that admins see. On SQLite the only node knows it. */

export async function up(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  if (dialect === 'sqlite') return;
  await db.schema
    .alterTable('nodes')
    .addColumn('limits_hit', 'jsonb', (c) => c.notNull().defaultTo('[]'))
    .execute();
}

export async function down(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  if (dialect === 'sqlite') return;
  await db.schema.alterTable('nodes').dropColumn('limits_hit').execute();
}
