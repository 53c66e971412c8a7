import { inject, describe, expect, it, onTestFinished } from 'vitest';
import { copiedTables } from '../../src/store/move/tables.ts';
import { migrateToLatest, migrator, requireSuccess } from '../../src/store/migrate.ts';
import { readEpoch } from '../../src/store/queries/meta.ts';
import { listUsers } from '../../src/store/queries/accounts.ts';
import { commitGroup } from '../../src/store/group.ts';
import { mutations } from '../../src/chat/mutations.ts';
import type { mutations as testMutations } from '../support/mutations.ts';
import { registerJob } from '../support/filling.ts';
import { times } from '../support/times.ts';
import { createNew, DIALECTS, openNew, postgresAt } from './support/dialects.ts';

/** What is not copied: the search index, which is made anew, and what the nodes of a cluster keep while they run. */
const OF_ONE_DATABASE =
  /^(?:messages_search\w*|search_\w+|connections|limits|nodes|presence|tickets)$/;

const EMPTY = 'template template0';
const older = inject('olderPostgres');
const postgresServers = [
  { name: 'PostgreSQL 18', server: inject('postgres') },
  ...(older === null ? [] : [{ name: 'an older PostgreSQL', server: older }]),
];

describe.each(DIALECTS)('migrations on $name', (on) => {
  it('reject a database of a newer version, and change nothing in it', async () => {
    const { db } = await openNew(on);
    await db
      .withTables<{ kysely_migration: { name: string; timestamp: string } }>()
      .insertInto('kysely_migration')
      .values({ name: '999-later', timestamp: '' })
      .execute();
    const meta = db.selectFrom('meta').selectAll().orderBy('key');
    const before = await meta.execute();
    await expect(migrateToLatest(db, on.dialect)).rejects.toThrow(/newer version/);
    expect(await meta.execute()).toEqual(before);
  });

  it('change nothing in a database that is up to date', async () => {
    const { db } = await openNew(on);
    const epoch = await readEpoch(db);
    await migrateToLatest(db, on.dialect);
    expect(await readEpoch(db)).toBe(epoch);
    expect(requireSuccess(await migrator(db, on.dialect).migrateToLatest())).toBeUndefined();
  });

  it('make only tables that a move to PostgreSQL copies, but for those of one database', async () => {
    const { db } = await openNew(on);
    const names = (await db.introspection.getTables()).map(({ name }) => name);
    const copied = copiedTables.map(({ name }) => name);
    const others = names.filter((name) => !copied.includes(name) && !OF_ONE_DATABASE.test(name));
    expect(others, 'list them in src/store/move/tables.ts').toEqual([]);
    expect(names).toEqual(expect.arrayContaining(copied));
  });
});

describe.each(postgresServers)('on $name', ({ name, server }) => {
  it('three nodes that start at once on an empty database make it once, and all can write', async () => {
    const created = await createNew(postgresAt(name, server, EMPTY));
    const stores = await times(3, async () => {
      const url = new URL('../support/mutations.ts', import.meta.url);
      const store = await created.openStore<typeof testMutations>(url);
      onTestFinished(() => store.close());
      return store;
    });
    expect(new Set(stores.map(({ epoch }) => epoch)).size).toBe(1);
    const rooms = await stores[0]!.db.selectFrom('rooms').select('id').execute();
    expect(rooms).toHaveLength(1);
    const roomId = rooms[0]!.id;
    const seqs = await Promise.all(
      stores.map(async (store) => store.mutate('logTopic', { roomId, topic: 'x' })),
    );
    expect(seqs.toSorted((a, b) => a - b)).toEqual([2, 3, 4]);
  });

  it('names sort by code points, whatever the collation of the database', async () => {
    // An alphabet would put capitals beside small letters, and ignore spaces and underscores at first.
    const icu = `template template0 encoding 'UTF8' locale_provider icu icu_locale 'en-US'`;
    const { db, committer } = await openNew(postgresAt(name, server, icu));
    const names = ['ab', 'a b', 'a_b', 'zeta', 'éa', 'яна', '中文', '😀 x', '￡'];
    const jobs = names.map((one, i) => registerJob({ id: `u${i}`, name: one }));
    const { outcomes } = await commitGroup(committer, mutations, jobs);
    expect(outcomes.filter((outcome) => !('value' in outcome))).toEqual([]);
    const keys = await db.selectFrom('users').select('name_key').orderBy('name_key').execute();
    const sorted = keys.map(({ name_key }) => name_key);
    const byCodePoints = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
    expect(sorted).toEqual(sorted.toSorted(byCodePoints));
    expect((await listUsers(db, '', 3)).map((user) => user.name)).toEqual(['a b', 'a_b', 'ab']);
  });
});
