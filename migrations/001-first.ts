import { randomBytes, randomUUID } from 'node:crypto';
import { sql, type ColumnDefinitionBuilder, type CreateTableBuilder, type Kysely } from 'kysely';
import type { Dialect } from '../src/store/dialect.ts';

/*
 * The whole schema. Times are milliseconds since 1970.
 *
 * On SQLite rows of most tables are stored in the order of their primary key (WITHOUT ROWID), so that a page of
 * history is one range on disk. Events are stored by pos, the order in which they are written.
 *
 * On PostgreSQL text has the collation "C", whatever that of the database is: names sort by code points there, too,
 * and an index does not depend on the system's locales. The tables that a send writes have no foreign keys: each would
 * be a query and a row lock for each message, and only one transaction writes at a time, after checking the same.
 */
export async function up(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  const schema: Schema = { db, dialect, ...types[dialect] };
  if (dialect === 'postgres') await createJsonEach(db);
  await createMeta(schema);
  await createAccounts(schema);
  await createRooms(schema);
  await createLog(schema);
  await createMessages(schema);
  if (dialect === 'sqlite') await createFts5(db);
  else await createTextSearch(schema);
  if (dialect === 'postgres') await createShared(schema);
  await insertFirstRows(db);
}

const types = {
  sqlite: { text: 'text', integer: 'integer', blob: 'blob' },
  postgres: { text: sql`text collate "C"`, integer: 'bigint', blob: 'bytea' },
} as const;

interface Schema {
  readonly db: Kysely<unknown>;
  readonly dialect: Dialect;
  readonly text: (typeof types)[Dialect]['text'];
  readonly integer: (typeof types)[Dialect]['integer'];
  readonly blob: (typeof types)[Dialect]['blob'];
}

/** A table whose rows are found by its key alone. */
const byKey = <Table extends string>({ dialect }: Schema, table: CreateTableBuilder<Table>) =>
  dialect === 'sqlite' ? table.modifyEnd(sql`without rowid`) : table;

/** A foreign key of a table that sends write. */
const referencing = (
  { dialect }: Schema,
  column: ColumnDefinitionBuilder,
  key: 'users.id' | 'rooms.id',
) => {
  if (dialect === 'postgres') return column;
  return key === 'users.id' ? column.references(key) : column.references(key).onDelete('cascade');
};

/** SQLite's function for lists that are bound as one value. */
async function createJsonEach(db: Kysely<unknown>): Promise<void> {
  await sql`create function json_each(list text) returns table (value text)
    language sql immutable strict parallel safe rows 20
    as 'select jsonb_array_elements_text(list::jsonb) collate "C"'`.execute(db);
}

async function createMeta(schema: Schema): Promise<void> {
  const { db, text } = schema;
  await db.schema
    .createTable('meta')
    .addColumn('key', text, (c) => c.primaryKey())
    .addColumn('value', text, (c) => c.notNull())
    .execute();
}

async function createAccounts(schema: Schema): Promise<void> {
  const { db, text, integer } = schema;
  await db.schema
    .createTable('users')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('email', text, (c) => c.notNull())
    .addColumn('email_key', text, (c) => c.notNull().unique())
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('name_key', text, (c) => c.notNull().unique())
    .addColumn('name_search', text, (c) => c.notNull())
    .addColumn('color', text, (c) => c.notNull())
    .addColumn('password_hash', text, (c) => c.notNull())
    .addColumn('is_admin', integer, (c) => c.notNull())
    .addColumn('is_disabled', integer, (c) => c.notNull().defaultTo(0))
    .addColumn('created_at', integer, (c) => c.notNull())
    .execute();
  // Few admins and many users: to find out whether there is another admin must not read all users.
  await db.schema
    .createIndex('admins')
    .on('users')
    .column('is_disabled')
    .where(sql.ref('is_admin'), '=', sql.lit(1))
    .execute();

  await db.schema
    .createTable('sessions')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('user_id', text, (c) => c.notNull().references('users.id').onDelete('cascade'))
    .addColumn('user_agent', text, (c) => c.notNull())
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('last_used_at', integer, (c) => c.notNull())
    .addColumn('expires_at', integer, (c) => c.notNull())
    .execute();
  await db.schema.createIndex('sessions_by_user').on('sessions').column('user_id').execute();

  await byKey(
    schema,
    db.schema
      .createTable('known_addresses')
      .addColumn('user_id', text, (c) => c.notNull().references('users.id'))
      .addColumn('address_hash', text, (c) => c.notNull())
      .addColumn('last_used_at', integer, (c) => c.notNull())
      .addPrimaryKeyConstraint('known_addresses_key', ['user_id', 'address_hash']),
  ).execute();

  await byKey(
    schema,
    db.schema
      .createTable('blocks')
      .addColumn('user_id', text, (c) => c.notNull().references('users.id'))
      .addColumn('blocked_id', text, (c) => c.notNull().references('users.id'))
      .addColumn('created_at', integer, (c) => c.notNull())
      .addPrimaryKeyConstraint('blocks_key', ['user_id', 'blocked_id']),
  ).execute();
}

async function createRooms(schema: Schema): Promise<void> {
  const { db, text, integer } = schema;
  await db.schema
    .createTable('rooms')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('name_key', text, (c) => c.notNull())
    .addColumn('name_search', text, (c) => c.notNull())
    .addColumn('topic', text, (c) => c.notNull())
    .addColumn('slow_mode_seconds', integer, (c) => c.notNull())
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('created_by', text, (c) => c.references('users.id'))
    .addColumn('head', integer, (c) => c.notNull())
    .addColumn('last_pos', integer, (c) => c.notNull())
    .addColumn('last_activity_at', integer, (c) => c.notNull())
    .addColumn('member_count', integer, (c) => c.notNull())
    .addColumn('message_count', integer, (c) => c.notNull().defaultTo(0))
    .addColumn('pair_key', text)
    .execute();
  await db.schema
    .createIndex('public_rooms_by_name')
    .unique()
    .on('rooms')
    .column('name_key')
    .where(sql.ref('kind'), '=', sql.lit('public'))
    .execute();
  await db.schema.createIndex('rooms_by_name').on('rooms').columns(['name_key', 'id']).execute();
  await db.schema
    .createIndex('rooms_by_creator')
    .on('rooms')
    .columns(['created_by', 'kind'])
    .execute();
  await db.schema
    .createIndex('direct_rooms_by_pair')
    .unique()
    .on('rooms')
    .column('pair_key')
    .where(sql.ref('pair_key'), 'is not', null)
    .execute();

  await byKey(
    schema,
    db.schema
      .createTable('members')
      .addColumn('room_id', text, (c) => c.notNull().references('rooms.id').onDelete('cascade'))
      .addColumn('user_id', text, (c) => c.notNull().references('users.id'))
      .addColumn('role', text, (c) => c.notNull())
      .addColumn('joined_at', integer, (c) => c.notNull())
      .addColumn('joined_pos', integer, (c) => c.notNull())
      .addColumn('last_read_seq', integer, (c) => c.notNull())
      .addColumn('name_key', text, (c) => c.notNull())
      .addPrimaryKeyConstraint('members_key', ['room_id', 'user_id']),
  ).execute();
  await db.schema.createIndex('members_by_user').on('members').column('user_id').execute();
  await db.schema
    .createIndex('members_by_name')
    .on('members')
    .columns(['room_id', 'name_key'])
    .execute();

  await byKey(
    schema,
    db.schema
      .createTable('bans')
      .addColumn('room_id', text, (c) => c.notNull().references('rooms.id').onDelete('cascade'))
      .addColumn('user_id', text, (c) => c.notNull().references('users.id'))
      .addColumn('banned_at', integer, (c) => c.notNull())
      .addPrimaryKeyConstraint('bans_key', ['room_id', 'user_id']),
  ).execute();
  await db.schema.createIndex('bans_by_user').on('bans').column('user_id').execute();

  await byKey(
    schema,
    db.schema
      .createTable('deleted_room_members')
      .addColumn('room_id', text, (c) => c.notNull())
      .addColumn('user_id', text, (c) => c.notNull().references('users.id'))
      .addPrimaryKeyConstraint('deleted_room_members_key', ['room_id', 'user_id']),
  ).execute();
}

async function createLog(schema: Schema): Promise<void> {
  const { db, text, integer } = schema;
  await db.schema
    .createTable('events')
    .addColumn('pos', integer, (c) => c.primaryKey())
    .addColumn('room_id', text, (c) => c.notNull())
    .addColumn('seq', integer, (c) => c.notNull())
    .addColumn('type', text, (c) => c.notNull())
    .addColumn('at', integer, (c) => c.notNull())
    .addColumn('actor_id', text, (c) => referencing(schema, c, 'users.id'))
    .addColumn('target_seq', integer)
    .addColumn('user_id', text, (c) => referencing(schema, c, 'users.id'))
    .addColumn('data', text)
    .execute();
  await db.schema
    .createIndex('events_by_seq')
    .unique()
    .on('events')
    .columns(['room_id', 'seq'])
    .execute();
}

async function createMessages(schema: Schema): Promise<void> {
  const { db, text, integer } = schema;
  await byKey(
    schema,
    db.schema
      .createTable('messages')
      .addColumn('room_id', text, (c) => referencing(schema, c.notNull(), 'rooms.id'))
      .addColumn('seq', integer, (c) => c.notNull())
      .addColumn('author_id', text, (c) => referencing(schema, c.notNull(), 'users.id'))
      .addColumn('text', text, (c) => c.notNull())
      .addColumn('reply_to', integer)
      .addColumn('client_msg_id', text)
      .addColumn('client_hash', schema.blob)
      .addColumn('created_at', integer, (c) => c.notNull())
      .addColumn('edited_at', integer)
      .addColumn('deleted_at', integer)
      .addColumn('nth', integer, (c) => c.notNull())
      .addColumn('author_nth', integer, (c) => c.notNull())
      .addColumn('mentions', text)
      .addColumn('reactions', text)
      .addPrimaryKeyConstraint('messages_key', ['room_id', 'seq']),
  ).execute();
  await db.schema
    .createIndex('messages_by_client_id')
    .unique()
    .on('messages')
    .columns(['room_id', 'author_id', 'client_msg_id'])
    .where(sql.ref('client_msg_id'), 'is not', null)
    .execute();
  // Both have every column that their queries read, so that SQLite uses them without statistics.
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

  await byKey(
    schema,
    db.schema
      .createTable('mentions')
      .addColumn('user_id', text, (c) => referencing(schema, c.notNull(), 'users.id'))
      .addColumn('room_id', text, (c) => referencing(schema, c.notNull(), 'rooms.id'))
      .addColumn('seq', integer, (c) => c.notNull())
      .addPrimaryKeyConstraint('mentions_key', ['user_id', 'room_id', 'seq']),
  ).execute();
  await db.schema
    .createIndex('mentions_by_room')
    .on('mentions')
    .columns(['room_id', 'seq'])
    .execute();
}

/**
 * Texts arrive as words, so the index only has to cut at spaces. It keeps no copy of them, nor their lengths,
 * which only a ranking needs. It overwrites what is deleted, and has lists for short prefixes. Its segments are
 * merged in steps between sends: a merge within a send could take a quarter of a second.
 */
async function createFts5(db: Kysely<unknown>): Promise<void> {
  await sql`create virtual table messages_search using fts5(words, rooms, content = '', columnsize = 0,
    prefix = '1 2', tokenize = "unicode61 remove_diacritics 0 categories 'L* M* N* P* S* C*'")`.execute(
    db,
  );
  const options = { 'secure-delete': 1, automerge: 0, usermerge: 16, crisismerge: 64 };
  for (const [name, value] of Object.entries(options)) {
    // Not bound: FTS5 takes whole numbers only, and better-sqlite3 binds floating point.
    await sql`insert into messages_search (messages_search, rank)
      values (${name}, ${sql.lit(value)})`.execute(db);
  }

  // To remove a long message from the index takes a tenth of a second and more, so it is done in parts, in the
  // background; this is what remains to be removed.
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

/**
 * The words of each message, by the pos of its message.created, with the places where it is found: its room, and all
 * public rooms. `long_text` has the words in order where tsvector does not keep all their positions.
 */
async function createTextSearch({ db, text, integer }: Schema): Promise<void> {
  await db.schema
    .createTable('messages_search')
    .addColumn('pos', integer, (c) => c.primaryKey())
    .addColumn('words', sql`tsvector`, (c) => c.notNull())
    .addColumn('long_text', text)
    .execute();
  await db.schema
    .createIndex('messages_search_by_words')
    .on('messages_search')
    .using('gin')
    .column('words')
    .execute();
  // Messages that have to be indexed again, since they were edited, deleted or purged.
  await db.schema
    .createTable('search_due')
    .addColumn('id', integer, (c) => c.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('pos', integer, (c) => c.notNull())
    .execute();
  await db.schema.createIndex('search_due_by_pos').on('search_due').column('pos').execute();
}

/**
 * What the nodes of one database share beside the log. It is worth nothing after a crash, when all nodes have to
 * write it anew, so it is not in the write-ahead log (UNLOGGED).
 */
async function createShared({ db, text, integer }: Schema): Promise<void> {
  const unlogged = <Table extends string>(table: Table) =>
    db.schema.createTable(table).modifyFront(sql`unlogged`);
  await unlogged('nodes')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('started_at', sql`timestamptz`, (c) => c.notNull().defaultTo(sql`clock_timestamp()`))
    .addColumn('beat_at', sql`timestamptz`, (c) => c.notNull().defaultTo(sql`clock_timestamp()`))
    .execute();
  await unlogged('presence')
    .addColumn('node_id', text, (c) => c.notNull())
    .addColumn('room_id', text, (c) => c.notNull())
    .addColumn('user_id', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('presence_key', ['node_id', 'room_id', 'user_id'])
    .execute();
  await unlogged('connections')
    .addColumn('user_id', text, (c) => c.primaryKey())
    .addColumn('total', integer, (c) => c.notNull())
    .addColumn('by_node', sql`jsonb`, (c) => c.notNull())
    .execute();
  await unlogged('tickets')
    .addColumn('hash', text, (c) => c.primaryKey())
    .addColumn('user_id', text, (c) => c.notNull())
    .addColumn('issuer', text, (c) => c.notNull())
    .addColumn('expires_at', integer, (c) => c.notNull())
    .execute();
  await db.schema
    .createIndex('tickets_by_user')
    .on('tickets')
    .columns(['user_id', 'expires_at'])
    .execute();
  // The columns are those that rate-limiter-flexible uses.
  await unlogged('limits')
    .addColumn('key', text, (c) => c.primaryKey())
    .addColumn('points', sql`integer`, (c) => c.notNull().defaultTo(0))
    .addColumn('expire', integer)
    .execute();
}

/** A new server has an epoch and a room to meet in. */
async function insertFirstRows(db: Kysely<unknown>): Promise<void> {
  const now = Date.now();
  const roomId = randomBytes(12).toString('base64url');
  const data = JSON.stringify({
    room: { id: roomId, kind: 'public', name: 'general', topic: '', slowModeSeconds: 0 },
  });
  await sql`insert into meta (key, value) values ('epoch', ${randomUUID()})`.execute(db);
  // The search column is filled at the start, by `checkIndex`.
  await sql`insert into rooms (id, kind, name, name_key, name_search, topic, slow_mode_seconds, created_at,
      created_by, head, last_pos, last_activity_at, member_count)
    values (${roomId}, 'public', 'general', 'general', '', '', 0, ${now}, null, 1, 1, ${now}, 0)`.execute(
    db,
  );
  await sql`insert into events (pos, room_id, seq, type, at, data)
    values (1, ${roomId}, 1, 'room.created', ${now}, ${data})`.execute(db);
}

export async function down(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  const ofDialect = {
    sqlite: ['search_removals'],
    postgres: ['limits', 'tickets', 'connections', 'presence', 'nodes', 'search_due'],
  };
  const tables = [
    [...ofDialect[dialect], 'messages_search', 'mentions', 'messages', 'events'],
    ['deleted_room_members', 'bans', 'members', 'rooms'],
    ['blocks', 'known_addresses', 'sessions', 'users', 'meta'],
  ];
  for (const table of tables.flat()) await db.schema.dropTable(table).execute();
  if (dialect === 'postgres') await sql`drop function json_each(text)`.execute(db);
}
