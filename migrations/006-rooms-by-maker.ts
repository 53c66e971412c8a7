import type { Kysely } from 'kysely';

/** The rooms of a maker are counted whenever they make another. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createIndex('rooms_by_maker')
    .on('rooms')
    .columns(['created_by', 'kind'])
    .execute();
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropIndex('rooms_by_maker').execute();
}
