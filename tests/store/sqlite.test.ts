import { join } from 'node:path';
import { hashSync } from 'bcryptjs';
import { sql, type Kysely } from 'kysely';
import { describe, expect, it } from 'vitest';
import { caseFold } from '../../public/shared/case-fold.js';
import { nameKey } from '../../public/shared/name-key.js';
import type { Session } from '../../src/protocol/resources.ts';
import { countAdmins } from '../../src/store/queries/accounts.ts';
import { migrateToLatest, migrator, requireSuccess } from '../../src/store/migrate.ts';
import type { Database } from '../../src/store/tables.ts';
import { openForReading, openForWriting } from '../../src/store/sqlite/connection.ts';
import { openWritable } from '../../src/store/sqlite/writable.ts';
import { call } from '../support/client.ts';
import { firstRoomId, openDatabase } from '../support/database.ts';
import { startServer, temporaryFolder } from '../support/server.ts';

const pragma = async (db: Kysely<Database>, name: string) => {
  const { rows } = await sql<Record<string, unknown>>`pragma ${sql.raw(name)}`.execute(db);
  return Object.values(rows[0]!)[0];
};

describe('the writing connection', () => {
  it('waits for the disk at every commit, also after a write, in WAL mode', async () => {
    const { db } = await openDatabase();
    await db.insertInto('meta').values({ key: 'x', value: 'x' }).execute();
    expect(await pragma(db, 'synchronous')).toBe(2);
    expect(await pragma(db, 'journal_mode')).toBe('wal');
    expect(await pragma(db, 'foreign_keys')).toBe(1);
    expect(await pragma(db, 'secure_delete')).toBe(1);
  });

  it('says so on a file that was made before, too', () => {
    const file = join(temporaryFolder(), 'x.db');
    openForWriting(file).close();
    const again = openForWriting(file);
    again.prepare('create table x (y)').run();
    expect(again.prepare('pragma synchronous').all()).toEqual([{ synchronous: 2 }]);
    again.close();
  });

  it('prepares a statement once', () => {
    const db = openForWriting(join(temporaryFolder(), 'x.db'));
    const statement = db.prepare('select 1');
    expect(db.prepare('select 1')).toBe(statement);
    for (let i = 2; i < 600; i += 1) db.prepare(`select ${i}`);
    expect(db.prepare('select 1')).not.toBe(statement);
    expect(db.prepare('select 1').all()).toEqual([{ 1: 1 }]);
    db.close();
  });
});

describe('the reading connection', () => {
  it('sees each commit, and cannot write', async () => {
    const { db, file } = await openDatabase();
    const reader = openForReading(file);
    await db.insertInto('meta').values({ key: 'x', value: 'y' }).execute();
    expect(reader.prepare(`select value from meta where key = 'x'`).all()).toEqual([
      { value: 'y' },
    ]);
    expect(() => reader.prepare('delete from meta').run()).toThrow(/readonly/);
    reader.close();
  });

  it('is not opened on a file that is not there', () => {
    expect(() => openForReading(join(temporaryFolder(), 'none.db'))).toThrow();
  });
});

const names = async (db: Kysely<Database>) => {
  const { rows } = await sql<{ type: string; name: string; sql: string | null }>`
    select type, name, sql from sqlite_schema where name not like 'sqlite_%'
      and tbl_name not like 'kysely_%' order by name`.execute(db);
  return rows;
};

async function allTheWayDown(db: Kysely<Database>): Promise<void> {
  for (;;) {
    const result = await migrator(db).migrateDown();
    requireSuccess(result);
    if (result.results!.length === 0) return;
  }
}

describe('migrations', () => {
  it('go up, all the way down, and up again to the same schema', async () => {
    const { db } = await openDatabase();
    const schema = await names(db);
    expect(schema.length).toBeGreaterThan(5);
    await db.insertInto('meta').values({ key: 'x', value: 'x' }).execute();
    await allTheWayDown(db);
    expect(await names(db)).toEqual([]);
    await migrateToLatest(db);
    expect(await names(db)).toEqual(schema);
    expect(await db.selectFrom('meta').select('key').execute()).toEqual([{ key: 'epoch' }]);
  });

  it('number and count the messages that were there before', async () => {
    const { db } = await openDatabase();
    requireSuccess(await migrator(db).migrateTo('001-accounts-rooms-messages'));
    for (const id of ['ana', 'bo']) {
      await sql`insert into users values (${id}, ${id}, ${id}, ${id}, ${id}, '', '', 0, 0)`.execute(
        db,
      );
    }
    const roomId = await firstRoomId(db);
    const sent = [
      [3, 'ana'],
      [4, 'bo'],
      [7, 'ana'],
    ] as const;
    for (const [seq, author] of sent) {
      await sql`insert into messages (room_id, seq, author_id, text, created_at)
        values (${roomId}, ${seq}, ${author}, 'a text', 0)`.execute(db);
    }
    await migrateToLatest(db);
    const numbers = await db.selectFrom('messages').select(['seq', 'nth', 'author_nth']).execute();
    expect(numbers).toEqual([
      { seq: 3, nth: 1, author_nth: 1 },
      { seq: 4, nth: 2, author_nth: 1 },
      { seq: 7, nth: 3, author_nth: 2 },
    ]);
    const room = await db.selectFrom('rooms').select('message_count').executeTakeFirst();
    expect(room).toEqual({ message_count: 3 });
  });

  it('keep the admins that there were, so that no setup code makes another', async () => {
    const { db } = await openDatabase();
    requireSuccess(await migrator(db).migrateTo('003-search-merges'));
    for (const [id, isAdmin] of Object.entries({ ana: 1, bo: 0 })) {
      await sql`insert into users values (${id}, ${id}, ${id}, ${id}, ${id}, '', '', ${isAdmin}, 0)`.execute(
        db,
      );
    }
    await migrateToLatest(db);
    const columns = ['id', 'is_admin', 'is_disabled'] as const;
    expect(await db.selectFrom('users').select(columns).orderBy('id').execute()).toEqual([
      { id: 'ana', is_admin: 1, is_disabled: 0 },
      { id: 'bo', is_admin: 0, is_disabled: 0 },
    ]);
    expect(await countAdmins(db)).toBe(1);
  });

  it('give the members that were there before their names to be listed by', async () => {
    const { db } = await openDatabase();
    requireSuccess(await migrator(db).migrateTo('003-search-merges'));
    const roomId = await firstRoomId(db);
    for (const id of ['1', '2']) {
      await sql`insert into users values (${id}, ${id}, ${id}, ${`Name ${id}`}, ${`name ${id}`}, '', '', 0, 0)`.execute(
        db,
      );
      await sql`insert into members values (${roomId}, ${id}, 'member', 0, 0, 0)`.execute(db);
    }
    await migrateToLatest(db);
    const listed = await db.selectFrom('members').select(['user_id', 'name_key']).execute();
    expect(listed).toEqual([
      { user_id: '1', name_key: 'name 1' },
      { user_id: '2', name_key: 'name 2' },
    ]);
  });

  it('give one of two people, and of two public rooms, whose names have become the same a number', async () => {
    const folder = temporaryFolder();
    const { db } = openWritable(join(folder, 'charla.db'));
    requireSuccess(await migrator(db).migrateTo('006-limits'));
    const roomId = await firstRoomId(db);
    const passwordHash = hashSync('correct horse', 4);
    const people: Record<string, string> = {
      'ana-2': 'Ana\u200b',
      ana: 'ana',
      'ana-3': 'Ａｎａ',
      second: 'Ana 2',
      nobody: '\u200b',
      noone: '\u3164',
      long: `${'n'.repeat(48)}ñ`,
      longest: `${'n'.repeat(48)}\u00adñ`,
      bo: 'Bó',
    };
    const created: Record<string, number> = { ana: 1 };
    for (const [id, name] of Object.entries(people)) {
      await sql`insert into users (id, email, email_key, name, name_key, color, password_hash, is_admin, created_at)
        values (${id}, ${id}, ${`${id}@x.org`}, ${name}, ${caseFold(name)}, '', ${passwordHash}, 0, ${created[id] ?? 2})`.execute(
        db,
      );
      await sql`insert into members (room_id, user_id, role, joined_at, joined_pos, last_read_seq, name_key)
        values (${roomId}, ${id}, 'member', 0, 0, 0, ${caseFold(name)})`.execute(db);
    }
    const rooms = {
      a: ['public', 'Gen eral'],
      b: ['public', 'GENERAL\u2060'],
      c: ['private', 'general'],
    };
    for (const [id, [kind, name]] of Object.entries(rooms)) {
      await sql`insert into rooms (id, kind, name, name_key, topic, slow_mode_seconds, created_at, head, last_pos, last_activity_at, member_count)
        values (${id}, ${kind}, ${name}, ${caseFold(name!)}, '', 0, ${Date.now() + 1000}, 0, 0, 0, 0)`.execute(
        db,
      );
    }
    const before = await sql`select id, name, name_key from users order by id`.execute(db);

    await migrateToLatest(db);
    const named = await db.selectFrom('users').select(['id', 'name', 'name_key']).execute();
    expect(Object.fromEntries(named.map(({ id, name }) => [id, name]))).toEqual({
      ...people,
      'ana-2': 'Ana\u200b 3',
      'ana-3': 'Ａｎａ 4',
      nobody: 'Unnamed 2',
      noone: 'Unnamed 3',
      longest: `${'n'.repeat(48)} 2`,
    });
    for (const { name, name_key } of named) expect(name_key).toBe(nameKey(name));
    const members = await db.selectFrom('members').select(['user_id', 'name_key']).execute();
    const keys = new Map(named.map(({ id, name_key }) => [id, name_key]));
    for (const { user_id, name_key } of members) expect(name_key).toBe(keys.get(user_id));
    expect(
      await db.selectFrom('rooms').select(['name', 'name_key']).orderBy('id').execute(),
    ).toEqual(
      expect.arrayContaining([
        { name: 'general', name_key: 'general' },
        { name: 'Gen eral', name_key: 'gen eral' },
        { name: 'GENERAL\u2060 2', name_key: 'general 2' },
      ]),
    );
    requireSuccess(await migrator(db).migrateTo('006-limits'));
    const after = await sql<{
      name: string;
      name_key: string;
    }>`select name, name_key from users`.execute(db);
    for (const { name, name_key } of after.rows) expect(name_key).toBe(caseFold(name));
    expect(after.rows).toHaveLength(before.rows.length);
    await db.destroy();

    // Everybody can sign in, and is who they were.
    const server = await startServer({ DATA_DIR: folder });
    for (const id of Object.keys(people)) {
      const body = { email: `${id}@x.org`, password: 'correct horse' };
      const { body: session } = await call<Session>(server, 'POST', '/auth/login', { body });
      expect(session.user.id).toBe(id);
    }
  });

  it('make one of reactions that were two forms of one emoji, in the log, too', async () => {
    const { db } = await openDatabase();
    requireSuccess(await migrator(db).migrateTo('006-limits'));
    const roomId = await firstRoomId(db);
    await sql`insert into users (id, email, email_key, name, name_key, color, password_hash, is_admin,
      created_at) values ('ana', '', '', 'Ana', 'ana', '', '', 0, 0)`.execute(db);
    const addMessage = async (seq: number, reactions: object[] | null) => {
      const json = reactions && JSON.stringify(reactions);
      await sql`insert into messages (room_id, seq, author_id, text, created_at, reactions)
        values (${roomId}, ${seq}, 'ana', 'a text', 0, ${json})`.execute(db);
    };
    const addEvent = async (pos: number, type: string, data: object) => {
      await sql`insert into events (pos, room_id, seq, type, at, data)
        values (${pos}, ${roomId}, ${pos}, ${type}, 0, ${JSON.stringify(data)})`.execute(db);
    };
    const [thumb, heart, fire] = ['👍\uFE0F', '❤', '❤\u200D🔥'];
    await addMessage(10, [
      { emoji: thumb, userIds: ['bo', 'ana'] },
      { emoji: '🐢\u200D🍕', userIds: ['bo'] },
      { emoji: fire, userIds: ['cyd'] },
      { emoji: '👍', userIds: ['cyd', 'bo'] },
      { emoji: '❤️‍🔥', userIds: ['cyd'] },
    ]);
    await addMessage(11, null);
    await addMessage(12, [{ emoji: '👍', userIds: ['ana'] }]);
    // More than one part of the migration.
    for (let i = 0; i < 1100; i += 1) {
      await addMessage(100 + i, [{ emoji: heart, userIds: ['ana'] }]);
      await addEvent(100 + i, 'reaction.added', { target: 10, emoji: heart });
    }
    await addEvent(2000, 'reaction.removed', { target: 10, emoji: thumb });
    await addEvent(2001, 'reaction.removed', { target: 10, emoji: '👍' });
    await addEvent(2002, 'room.updated', { emoji: thumb });
    await migrateToLatest(db);

    const stored = await db
      .selectFrom('messages')
      .select(['seq', 'reactions'])
      .orderBy('seq')
      .execute();
    const reactions = stored.map(({ seq, reactions: json }) => [seq, JSON.parse(json ?? 'null')]);
    expect(reactions.slice(0, 3)).toEqual([
      [
        10,
        [
          { emoji: '👍', userIds: ['bo', 'ana', 'cyd'] },
          { emoji: '🐢\u200D🍕', userIds: ['bo'] },
          { emoji: '❤️‍🔥', userIds: ['cyd'] },
        ],
      ],
      [11, null],
      [12, [{ emoji: '👍', userIds: ['ana'] }]],
    ]);
    const hearts = reactions.slice(3).map(([, all]) => all as unknown);
    expect(hearts).toEqual(Array.from({ length: 1100 }, () => [{ emoji: '❤️', userIds: ['ana'] }]));
    const log = await db
      .selectFrom('events')
      .select(['data'])
      .where('pos', '>=', 100)
      .orderBy('pos')
      .execute();
    const emoji = log.map(({ data }) => (JSON.parse(data!) as { emoji: string }).emoji);
    expect(emoji).toEqual([...Array(1100).fill('❤️'), '👍', '👍', thumb]);
  });

  it('do nothing where there is nothing to do', async () => {
    const { db } = await openDatabase();
    const epoch = await db.selectFrom('meta').selectAll().execute();
    await migrateToLatest(db);
    expect(await db.selectFrom('meta').selectAll().execute()).toEqual(epoch);
  });

  it('that cannot be done are named, and change nothing', async () => {
    const { db } = await openDatabase();
    await allTheWayDown(db);
    await sql`create table rooms (id text)`.execute(db);
    await expect(migrateToLatest(db)).rejects.toThrow(/001-accounts-rooms-messages.*rooms/s);
    expect((await names(db)).map((one) => one.name)).toEqual(['rooms']);
  });
});
