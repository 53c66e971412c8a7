import { sql, type Kysely } from 'kysely';

/** What took longer the more there was of it: the members of a room, the words of a message. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await listMembersByName(db);
  await takeWordsOutInParts(db);
}

/** An index has them in that order. Renames keep the copies of a name in step. */
async function listMembersByName(db: Kysely<unknown>): Promise<void> {
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

/**
 * To take a long message out of the search index takes a tenth of a second and more: what is to go
 * waits here, and goes word by word in the background, the least first.
 */
async function takeWordsOutInParts(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('search_removals')
    .addColumn('pos', 'integer', (c) => c.primaryKey())
    .addColumn('text', 'text', (c) => c.notNull())
    .addColumn('words', 'text')
    .addColumn('rooms', 'text', (c) => c.notNull())
    .addColumn('size', 'integer', (c) => c.notNull())
    .execute();
  await db.schema
    .createIndex('search_removals_by_size')
    .on('search_removals')
    .column('size')
    .execute();
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('search_removals').execute();
  // What was to be taken out of the index still is: it fills itself anew.
  await sql`delete from meta where key = 'search_words'`.execute(db);
  await db.schema.dropIndex('members_by_name').execute();
  await db.schema.alterTable('members').dropColumn('name_key').execute();
}
