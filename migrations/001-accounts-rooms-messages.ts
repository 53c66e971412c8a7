import { randomBytes, randomUUID } from 'node:crypto';
import { sql, type Kysely } from 'kysely';

/*
 * Rows of members and messages are kept in the order of their primary key (WITHOUT ROWID): a page
 * of history is one range on disk. Events are kept by pos, which is the order they are written in.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('meta')
    .addColumn('key', 'text', (c) => c.primaryKey())
    .addColumn('value', 'text', (c) => c.notNull())
    .execute();

  await db.schema
    .createTable('users')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('email', 'text', (c) => c.notNull())
    .addColumn('email_key', 'text', (c) => c.notNull().unique())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('name_key', 'text', (c) => c.notNull().unique())
    .addColumn('color', 'text', (c) => c.notNull())
    .addColumn('password_hash', 'text', (c) => c.notNull())
    .addColumn('is_admin', 'integer', (c) => c.notNull())
    .addColumn('created_at', 'integer', (c) => c.notNull())
    .execute();

  await db.schema
    .createTable('sessions')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('user_id', 'text', (c) => c.notNull().references('users.id').onDelete('cascade'))
    .addColumn('user_agent', 'text', (c) => c.notNull())
    .addColumn('created_at', 'integer', (c) => c.notNull())
    .addColumn('last_used_at', 'integer', (c) => c.notNull())
    .addColumn('expires_at', 'integer', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('sessions_by_user').on('sessions').column('user_id').execute();

  await db.schema
    .createTable('rooms')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('name_key', 'text', (c) => c.notNull())
    .addColumn('topic', 'text', (c) => c.notNull())
    .addColumn('slow_mode_seconds', 'integer', (c) => c.notNull())
    .addColumn('created_at', 'integer', (c) => c.notNull())
    .addColumn('created_by', 'text', (c) => c.references('users.id'))
    .addColumn('head', 'integer', (c) => c.notNull())
    .addColumn('last_pos', 'integer', (c) => c.notNull())
    .addColumn('last_activity_at', 'integer', (c) => c.notNull())
    .addColumn('member_count', 'integer', (c) => c.notNull())
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
    .createTable('members')
    .addColumn('room_id', 'text', (c) => c.notNull().references('rooms.id').onDelete('cascade'))
    .addColumn('user_id', 'text', (c) => c.notNull().references('users.id'))
    .addColumn('role', 'text', (c) => c.notNull())
    .addColumn('joined_at', 'integer', (c) => c.notNull())
    .addColumn('joined_pos', 'integer', (c) => c.notNull())
    .addColumn('last_read_seq', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('members_key', ['room_id', 'user_id'])
    .modifyEnd(sql`without rowid`)
    .execute();
  await db.schema.createIndex('members_by_user').on('members').column('user_id').execute();

  await db.schema
    .createTable('events')
    .addColumn('pos', 'integer', (c) => c.primaryKey())
    .addColumn('room_id', 'text', (c) => c.notNull())
    .addColumn('seq', 'integer', (c) => c.notNull())
    .addColumn('type', 'text', (c) => c.notNull())
    .addColumn('at', 'integer', (c) => c.notNull())
    .addColumn('actor_id', 'text', (c) => c.references('users.id'))
    .addColumn('target_seq', 'integer')
    .addColumn('user_id', 'text', (c) => c.references('users.id'))
    .addColumn('data', 'text')
    .execute();
  await db.schema
    .createIndex('events_by_seq')
    .unique()
    .on('events')
    .columns(['room_id', 'seq'])
    .execute();

  await db.schema
    .createTable('messages')
    .addColumn('room_id', 'text', (c) => c.notNull().references('rooms.id').onDelete('cascade'))
    .addColumn('seq', 'integer', (c) => c.notNull())
    .addColumn('author_id', 'text', (c) => c.notNull().references('users.id'))
    .addColumn('text', 'text', (c) => c.notNull())
    .addColumn('reply_to', 'integer')
    .addColumn('client_msg_id', 'text')
    .addColumn('client_hash', 'blob')
    .addColumn('created_at', 'integer', (c) => c.notNull())
    .addColumn('edited_at', 'integer')
    .addColumn('deleted_at', 'integer')
    .addPrimaryKeyConstraint('messages_key', ['room_id', 'seq'])
    .modifyEnd(sql`without rowid`)
    .execute();
  await db.schema
    .createIndex('messages_by_client_id')
    .unique()
    .on('messages')
    .columns(['room_id', 'author_id', 'client_msg_id'])
    .where(sql.ref('client_msg_id'), 'is not', null)
    .execute();

  await firstRows(db);
}

/** A new server has a name of its own and a room to meet in. */
async function firstRows(db: Kysely<unknown>): Promise<void> {
  const now = Date.now();
  const roomId = randomBytes(12).toString('base64url');
  const data = JSON.stringify({
    room: { id: roomId, kind: 'public', name: 'general', topic: '', slowModeSeconds: 0 },
  });
  await sql`insert into meta (key, value) values ('epoch', ${randomUUID()})`.execute(db);
  await sql`insert into rooms (id, kind, name, name_key, topic, slow_mode_seconds, created_at,
      created_by, head, last_pos, last_activity_at, member_count)
    values (${roomId}, 'public', 'general', 'general', '', 0, ${now}, null, 1, 1, ${now}, 0)`.execute(
    db,
  );
  await sql`insert into events (pos, room_id, seq, type, at, data)
    values (1, ${roomId}, 1, 'room.created', ${now}, ${data})`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of ['messages', 'events', 'members', 'rooms', 'sessions', 'users', 'meta']) {
    await db.schema.dropTable(table).execute();
  }
}
