import { sql, type Kysely } from 'kysely';

/** The rooms of a maker are counted whenever they make another; and where people have signed in from. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createIndex('rooms_by_maker')
    .on('rooms')
    .columns(['created_by', 'kind'])
    .execute();
  await db.schema
    .createTable('known_addresses')
    .addColumn('user_id', 'text', (c) => c.notNull().references('users.id'))
    .addColumn('address_hash', 'text', (c) => c.notNull())
    .addColumn('last_used_at', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('known_addresses_key', ['user_id', 'address_hash'])
    .modifyEnd(sql`without rowid`)
    .execute();
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('known_addresses').execute();
  await db.schema.dropIndex('rooms_by_maker').execute();
}
