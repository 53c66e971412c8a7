import { sql, type Kysely } from 'kysely';

/**
 * Members of a room are listed by name: an index has them in that order, so that a page of a large room
 * costs what one of a small room does. Renames keep the copies of a name in step.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('members')
    .addColumn('name_key', 'text', (c) => c.notNull().defaultTo(''))
    .execute();
  await sql`update members set name_key =
    (select users.name_key from users where users.id = members.user_id)`.execute(db);
  await db.schema
    .createIndex('members_by_name')
    .on('members')
    .columns(['room_id', 'name_key'])
    .execute();
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropIndex('members_by_name').execute();
  await db.schema.alterTable('members').dropColumn('name_key').execute();
}
