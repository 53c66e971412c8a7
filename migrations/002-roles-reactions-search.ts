import { sql, type Kysely } from 'kysely';

/** Private and direct rooms, bans, mentions, reactions, counts that need no counting, search. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('rooms')
    .addColumn('message_count', 'integer', (c) => c.notNull().defaultTo(0))
    .execute();
  await db.schema.alterTable('rooms').addColumn('pair_key', 'text').execute();
  await db.schema
    .createIndex('direct_rooms_by_pair')
    .unique()
    .on('rooms')
    .column('pair_key')
    .where(sql.ref('pair_key'), 'is not', null)
    .execute();

  for (const column of ['nth', 'author_nth']) {
    await db.schema
      .alterTable('messages')
      .addColumn(column, 'integer', (c) => c.notNull().defaultTo(0))
      .execute();
  }
  await db.schema.alterTable('messages').addColumn('mentions', 'text').execute();
  await db.schema.alterTable('messages').addColumn('reactions', 'text').execute();
  // Both with all that is asked of them, so that SQLite takes them without having counted the rows.
  await db.schema
    .createIndex('messages_by_author')
    .on('messages')
    .columns(['room_id', 'author_id', 'seq', 'author_nth'])
    .execute();
  await db.schema
    .createIndex('deleted_messages')
    .on('messages')
    .columns(['room_id', 'seq', 'author_id', 'deleted_at'])
    .where(sql.ref('deleted_at'), 'is not', null)
    .execute();

  await db.schema
    .createTable('bans')
    .addColumn('room_id', 'text', (c) => c.notNull().references('rooms.id').onDelete('cascade'))
    .addColumn('user_id', 'text', (c) => c.notNull().references('users.id'))
    .addColumn('banned_at', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('bans_key', ['room_id', 'user_id'])
    .modifyEnd(sql`without rowid`)
    .execute();

  await db.schema
    .createTable('mentions')
    .addColumn('user_id', 'text', (c) => c.notNull().references('users.id'))
    .addColumn('room_id', 'text', (c) => c.notNull().references('rooms.id').onDelete('cascade'))
    .addColumn('seq', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('mentions_key', ['user_id', 'room_id', 'seq'])
    .modifyEnd(sql`without rowid`)
    .execute();
  await db.schema
    .createIndex('mentions_by_room')
    .on('mentions')
    .columns(['room_id', 'seq'])
    .execute();

  await db.schema
    .createTable('deleted_room_members')
    .addColumn('room_id', 'text', (c) => c.notNull())
    .addColumn('user_id', 'text', (c) => c.notNull().references('users.id'))
    .addPrimaryKeyConstraint('deleted_room_members_key', ['room_id', 'user_id'])
    .modifyEnd(sql`without rowid`)
    .execute();

  await countMessages(db);

  // Texts come as words (store/words.ts), so the index has only to cut at spaces. It keeps no copy of
  // them, takes what is deleted out of its pages, and has lists for beginnings that many words share.
  await sql`create virtual table messages_search using fts5(words, rooms, content = '',
    prefix = '1 2 3', tokenize = "unicode61 remove_diacritics 0 categories 'L* M* N* P* S* C*'")`.execute(
    db,
  );
  await sql`insert into messages_search (messages_search, rank)
    values ('secure-delete', 1)`.execute(db);
}

/** What was sent before is counted once. */
async function countMessages(db: Kysely<unknown>): Promise<void> {
  await sql`update messages set nth = counted.nth, author_nth = counted.author_nth
    from (select room_id, seq,
        row_number() over (partition by room_id order by seq) as nth,
        row_number() over (partition by room_id, author_id order by seq) as author_nth
      from messages) as counted
    where counted.room_id = messages.room_id and counted.seq = messages.seq`.execute(db);
  await sql`update rooms set message_count =
    (select count(*) from messages where messages.room_id = rooms.id)`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of ['messages_search', 'deleted_room_members', 'mentions', 'bans'])
    await db.schema.dropTable(table).execute();
  for (const index of ['deleted_messages', 'messages_by_author', 'direct_rooms_by_pair']) {
    await db.schema.dropIndex(index).execute();
  }
  for (const column of ['nth', 'author_nth', 'mentions', 'reactions']) {
    await db.schema.alterTable('messages').dropColumn(column).execute();
  }
  for (const column of ['message_count', 'pair_key']) {
    await db.schema.alterTable('rooms').dropColumn(column).execute();
  }
}
