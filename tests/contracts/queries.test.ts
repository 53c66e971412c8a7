import { readdirSync } from 'node:fs';
import SqliteDatabase from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DIALECTS, type ContractDialect } from './support/dialects.ts';
import { moduleNames, unused } from './support/recorded.ts';
import { NOW, runScenario, type Results } from './support/scenario.ts';

async function resultsOn(dialect: ContractDialect): Promise<Results> {
  const created = await dialect.create();
  const opened = await created.open();
  try {
    return await runScenario(opened);
  } finally {
    await opened.close();
    await created.remove();
  }
}

const [sqlite, ...others] = DIALECTS;
let expected: Results;
/** The statements that SQLite has prepared. */
const statements: string[] = [];

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
  const preparing = vi.spyOn(SqliteDatabase.prototype, 'prepare');
  expected = await resultsOn(sqlite!);
  statements.push(...preparing.mock.calls.map(([sql]) => sql));
  preparing.mockRestore();
});
afterAll(() => void vi.useRealTimers());

describe('the queries of the store', () => {
  it('are all run by these tests', () => {
    const files = readdirSync(new URL('../../src/store/queries', import.meta.url));
    expect(moduleNames.toSorted()).toEqual(files.toSorted());
    expect([...unused]).toEqual([]);
  });

  it('find what was written', () => {
    const refused = (expected['past'] as object[]).filter((outcome) => !('value' in outcome));
    expect(refused).toEqual([]);
    const names = (name: string) => (expected[name] as { name: string }[]).map((one) => one.name);
    expect(names('listUsers')).toEqual([
      'a b',
      'a_b',
      'ab',
      'ana',
      'Émile',
      'ñandú',
      'Öya',
      'zeta',
      'Zoë',
      '中文',
      '😀 smile',
    ]);
    expect(expected['listMembers later']).toMatchObject([{ name: 'Zoë' }, { name: '中文' }]);
    expect(expected['readMarker']).toEqual([{ lastReadSeq: expect.any(Number), unreadCount: 4 }]);
    const push = { subscriptionId: 'p1', userId: 'u2' };
    expect(expected['listSummaryReaders unblocked']).toEqual([
      { id: 'u1', isDue: true },
      { id: 'u2', isDue: true },
    ]);
    expect(expected['listSummaryReaders']).toMatchObject([{ isDue: false }, { isDue: true }]);
    expect(expected['listSummaryReaders early']).toEqual([{ id: 'u2', isDue: false }]);
    expect(expected['listMissedMessages u1 direct']).toEqual(['psst']);
    expect(expected['listMissedMessages u1 open']).toEqual(['hi @ana']);
    expect(expected['listMissedMessages u2 closed']).toEqual(['secret @Émile']);
    expect(expected['findPushes']).toEqual([
      4,
      [
        { ...push, roomId: 'closed', seq: 4 },
        { ...push, roomId: 'open', seq: 18 },
      ],
    ]);
    const empty = Object.entries(expected).filter(
      ([name, result]) =>
        !/ (nobody|none|never|later|nowhere|of nobody|of another|of a private one|not|again|back|deleted)$/.test(
          name,
        ) &&
        (result === undefined ||
          result === null ||
          result === false ||
          result === 0 ||
          JSON.stringify(result) === '[]'),
    );
    expect(empty.map(([name]) => name)).toEqual([]);
  });

  it('hide bound values from the planner of SQLite, which would prepare them before every run', () => {
    expect(statements.length).toBeGreaterThan(100);
    const conditions = statements.map((sql) =>
      sql.replace(/^(insert into|update).*?( where |$)/s, ''),
    );
    expect(
      conditions.filter((sql) => /((?<![!<>])=|\blimit) \?(?! collate binary| \+ 0)/.test(sql)),
    ).toEqual([]);
  });

  it.each(others)('return the same on $name as on SQLite', async (dialect) => {
    const results = await resultsOn(dialect);
    expect(Object.keys(results)).toEqual(Object.keys(expected));
    for (const [name, result] of Object.entries(results)) {
      expect([name, result]).toEqual([name, expected[name]]);
    }
  });
});
