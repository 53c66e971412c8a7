import { sql, type Kysely } from 'kysely';

/** People whom somebody takes no messages from, and accounts that an admin has disabled. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('users')
    .addColumn('is_disabled', 'integer', (c) => c.notNull().defaultTo(0))
    .execute();
  // There are few admins and many users: whether there is another one must cost the same for all.
  await db.schema
    .createIndex('admins')
    .on('users')
    .column('is_disabled')
    .where(sql.ref('is_admin'), '=', sql.lit(1))
    .execute();

  await db.schema
    .createTable('blocks')
    .addColumn('user_id', 'text', (c) => c.notNull().references('users.id'))
    .addColumn('blocked_id', 'text', (c) => c.notNull().references('users.id'))
    .addColumn('created_at', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('blocks_key', ['user_id', 'blocked_id'])
    .modifyEnd(sql`without rowid`)
    .execute();
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('blocks').execute();
  await db.schema.dropIndex('admins').execute();
  await db.schema.alterTable('users').dropColumn('is_disabled').execute();
}
