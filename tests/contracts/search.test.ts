import { beforeAll, describe, expect, it } from 'vitest';
import type { ChatMutations } from '../../src/chat/mutations.ts';
import type { Job } from '../../src/store/mutation.ts';
import type { SearchScope } from '../../src/store/search/search.ts';
import { createRoomJob, registerJob } from '../support/filling.ts';
import { searchCases } from '../support/search-cases.ts';
import type { Store } from '../../src/store/store.ts';
import { DIALECTS } from './support/dialects.ts';

const CHAT = new URL('../../src/chat/mutations.ts', import.meta.url);

let opened = 0;

/** Returns what a test does in a public and a private room of its own. */
async function setUp(store: Store<ChatMutations>) {
  const perform = async ({ mutation, input }: Job) =>
    store.mutate(mutation as keyof ChatMutations, input as never);
  opened += 1;
  const [userId, open, closed] = ['ana', 'open', 'closed'].map((name) => `${name} ${opened}`) as [
    string,
    string,
    string,
  ];
  await perform(registerJob({ id: userId, email: `${opened}@example.org` }));
  await perform(createRoomJob({ id: open, userId }));
  await perform(createRoomJob({ id: closed, userId, kind: 'private' }));
  const here: SearchScope = { publicRooms: false, roomIds: [open], exceptRoomIds: [] };
  const page = async (query: string, before: number | undefined, limit: number, scope = here) =>
    store.search({ query, scope, before, limit });
  return {
    open,
    closed,
    page,
    say: async (text: string, roomId = open) => {
      const send = { roomId, userId, text, clientMsgId: undefined, replyTo: undefined };
      return (await store.mutate('sendMessages', send)).seq;
    },
    edit: async (seq: number, text: string) =>
      store.mutate('editMessage', { roomId: open, userId, seq, text }),
    remove: async (seq: number) => store.mutate('deleteMessage', { roomId: open, userId, seq }),
    /** The texts of the messages that are found, the newest first. */
    find: async (query: string, scope?: SearchScope) =>
      (await page(query, undefined, 100, scope)).hits.map(({ message }) => message.text),
  };
}

describe.each(DIALECTS)('search on $name', (on) => {
  let store: Store<ChatMutations>;
  beforeAll(async () => {
    const created = await on.create();
    store = await created.openStore<ChatMutations>(CHAT);
    return async () => {
      await store.close();
      await created.remove();
    };
  });

  it('finds each text by the words of its language, and by no others', async () => {
    const { say, find } = await setUp(store);
    for (const [, text] of searchCases) await say(text);
    const wrong: string[] = [];
    for (const [language, text, found, notFound] of searchCases) {
      for (const query of found) {
        if (!(await find(query)).includes(text)) wrong.push(`${language}: not by ${query}`);
      }
      for (const query of notFound) {
        if ((await find(query)).includes(text)) wrong.push(`${language}: by ${query}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('finds phrases in a text that repeats a word more often than an index keeps positions of', async () => {
    const { say, find } = await setUp(store);
    const many = `${'中文'.repeat(300)}好的 walrus`;
    const other = `${'中文'.repeat(300)} walrus`;
    for (const text of [many, other]) await say(text);
    expect(await find('文好的')).toEqual([many]);
    expect(await find('文中文')).toEqual([other, many]);
    expect(await find('文的')).toEqual([]);
    expect(await find('文好的 wal')).toEqual([many]);
    expect(await find('中文 narwhal')).toEqual([]);
  });

  it('finds the words of edited messages as they are now, and nothing of deleted ones', async () => {
    const { say, edit, remove, find } = await setUp(store);
    const edited = await say('one walrus');
    const removed = await say('two walrus');
    await say('walrus');
    expect(await find('walrus')).toEqual(['walrus', 'two walrus', 'one walrus']);
    await edit(edited, 'one narwhal');
    await remove(removed);
    expect(await find('walrus')).toEqual(['walrus']);
    expect(await find('narwhal')).toEqual(['one narwhal']);
    expect(await find('two')).toEqual([]);
    await edit(edited, 'walrus again');
    expect(await find('walrus')).toEqual(['walrus', 'walrus again']);
    expect(await find('narwhal')).toEqual([]);
  });

  it('finds only what is in the rooms that are searched', async () => {
    const { say, find, open, closed } = await setUp(store);
    await say('puffin in the open');
    await say('puffin behind a door', closed);
    const everywhere = { publicRooms: true, roomIds: [], exceptRoomIds: [] };
    expect(await find('puffin', everywhere)).toEqual(['puffin in the open']);
    expect(await find('puffin', { ...everywhere, roomIds: [closed] })).toEqual([
      'puffin behind a door',
      'puffin in the open',
    ]);
    const onlyClosed = { publicRooms: false, roomIds: [closed], exceptRoomIds: [] };
    expect(await find('puffin', onlyClosed)).toEqual(['puffin behind a door']);
    expect(await find('puffin', { ...everywhere, exceptRoomIds: [open] })).toEqual([]);
    expect(await find('puffin', { ...onlyClosed, roomIds: [] })).toEqual([]);
  });

  it('returns pages, newest first, and marks the words in a snippet', async () => {
    const { say, page } = await setUp(store);
    const seqs: number[] = [];
    for (let i = 0; i < 5; i += 1) seqs.push(await say(`walrus ${i}`));
    const first = await page('wal', undefined, 3);
    expect(first.hits.map(({ message }) => message.seq)).toEqual(seqs.slice(2).toReversed());
    expect(first.more).toBe(true);
    const second = await page('wal', first.hits.at(-1)!.pos, 3);
    expect(second.hits.map(({ message }) => message.seq)).toEqual(seqs.slice(0, 2).toReversed());
    expect(second.more).toBe(false);
    expect(second.hits[0]!.snippet).toEqual([
      { text: 'walrus', match: true },
      { text: ' 1', match: false },
    ]);
  });

  it('takes the operators of every query language as text', async () => {
    const { say, find } = await setUp(store);
    const queries = ["'", '\\', '"', 'a & b | !c', ':*', '<->', '@public', "x' <-> 'y", 'NEAR('];
    for (const query of queries) await say(`some ${query} text`);
    for (const query of queries) await find(query);
    expect(await find('@public')).toEqual(['some @public text']);
    expect(await find('a & b | !c')).toEqual(['some a & b | !c text']);
  });
});
