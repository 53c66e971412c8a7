import { beforeAll, describe, expect, it } from 'vitest';
import type { User } from '../../src/protocol/resources.ts';
import { call, signUp, type Account } from '../support/client.ts';
import { openDatabaseOf } from '../support/database.ts';
import { createRoomJob, openFilling, registerJob } from '../support/filling.ts';
import { shareServer, startServer, temporaryFolder } from '../support/server.ts';

const NAMES = [
  'José Núñez',
  'Jos\u0065\u0301 Maria',
  'Ana-Lucía O’Neil',
  'Jean-Luc Picard',
  'Straßer',
  'İbrahim',
  'Kız Ali',
  'Οδυσσεύς',
  'Николай',
  'Đặng Văn',
  'Łukasz Øre',
  'Ægir',
  '김민수',
  '山田 太郎',
  'ﾀﾛｳ ヤマダ',
  'สมชาย ใจดี',
  'مُحَمَّد علي',
  'שָׁלוֹם כהן',
  '🚀 Rocket',
  ':-)',
  'Ｗｉｄｅ',
  'x_y 100%',
];

const server = shareServer();
let ana: Account;
beforeAll(async () => {
  ana = await signUp(server, NAMES[0]!);
  await Promise.all(NAMES.slice(1).map(async (name) => signUp(server, name)));
});

const find = async (query: string): Promise<string[]> => {
  const path = `/users?limit=200&query=${encodeURIComponent(query)}`;
  const { status, body } = await call<{ users: User[] }>(server, 'GET', path, ana);
  expect(status).toBe(200);
  return body.users.map(({ name }) => name);
};

describe('a search for people', () => {
  it.each([
    ['jose nunez', ['José Núñez']],
    ['NÚÑEZ', ['José Núñez']],
    ['nun jo', ['José Núñez']],
    ['  jose   nunez ', ['José Núñez']],
    ['jose', ['José Maria', 'José Núñez']],
    ['jos\u0065\u0301 n', ['José Núñez']],
    ['jo\u00ADse nu\u200Dnez', ['José Núñez']],
    ["o'neil", ['Ana-Lucía O’Neil']],
    ['oneil', ['Ana-Lucía O’Neil']],
    ['neil ana', ['Ana-Lucía O’Neil']],
    ['lucia', ['Ana-Lucía O’Neil']],
    ['jean-luc', ['Jean-Luc Picard']],
    ['jeanluc', ['Jean-Luc Picard']],
    ['pic jean', ['Jean-Luc Picard']],
    ['STRASSER', ['Straßer']],
    ['straß', ['Straßer']],
    ['ibrahim', ['İbrahim']],
    ['kiz', ['Kız Ali']],
    ['οδυσσευς', ['Οδυσσεύς']],
    ['ΟΔΥΣΣΕΎΣ', ['Οδυσσεύς']],
    ['николаи', ['Николай']],
    ['dang van', ['Đặng Văn']],
    ['lukasz ore', ['Łukasz Øre']],
    ['aegir', ['Ægir']],
    ['김', ['김민수']],
    ['기', ['김민수']],
    ['ㄱ', ['김민수']],
    ['민수', ['김민수']],
    ['太郎', ['山田 太郎']],
    ['田', ['山田 太郎']],
    ['太郎 山田', ['山田 太郎']],
    ['タロウ', ['ﾀﾛｳ ヤマダ']],
    ['ใจ', ['สมชาย ใจดี']],
    ['محمد', ['مُحَمَّد علي']],
    ['שלום', ['שָׁלוֹם כהן']],
    ['🚀', ['🚀 Rocket']],
    [':-)', [':-)']],
    ['wide', ['Ｗｉｄｅ']],
    ['100%', ['x_y 100%']],
    [':－)', [':-)']],
    ['ose', []],
    ['unez', []],
    ['jose x', []],
    ['수민', []],
    ["'; drop table users; --", []],
  ])('matches the beginnings of words without case and accents: %j', async (query, names) => {
    const normal = (list: readonly string[]) =>
      list.map((name) => name.normalize('NFC')).toSorted();
    expect(normal(await find(query))).toEqual(normal(names));
  });

  it('finds people by their new names after a rename, and not by the old ones', async () => {
    const { token } = await signUp(server, 'Zoë Müller');
    expect(await find('muller')).toEqual(['Zoë Müller']);
    await call(server, 'PATCH', '/users/me', { token, body: { name: 'Zoë Çelik' } });
    expect(await find('muller')).toEqual([]);
    expect(await find('celik zoe')).toEqual(['Zoë Çelik']);
  });

  it('returns everybody without a query', async () => {
    expect((await find('')).length).toBeGreaterThanOrEqual(NAMES.length);
    expect((await find(' ')).length).toBe((await find('')).length);
  });
});

it('finds people and rooms that are older than the current search words', async () => {
  const dataDir = temporaryFolder();
  const filling = await openFilling(dataDir);
  await filling.perform([
    registerJob({ id: 'jose', name: 'José Núñez' }),
    createRoomJob({ id: 'room', name: 'Café', userId: 'jose' }),
  ]);
  await filling.close();
  const db = await openDatabaseOf(dataDir);
  await db.updateTable('users').set({ name_search: '' }).execute();
  await db.updateTable('rooms').set({ name_search: '' }).execute();
  await db.deleteFrom('meta').where('key', '=', 'search_words').execute();
  const again = await startServer({ DATA_DIR: dataDir });
  const { token } = await signUp(again, 'Bo');
  const answer = await call<{ users: User[] }>(again, 'GET', '/users?query=nunez', { token });
  expect(answer.body.users.map(({ name }) => name)).toEqual(['José Núñez']);
  const rooms = await call<{ rooms: User[] }>(again, 'GET', '/rooms?query=cafe', { token });
  expect(rooms.body.rooms.map(({ name }) => name)).toEqual(['Café']);
});
