import { expect, it } from 'vitest';
import type { SearchResult } from '../../src/protocol/resources.ts';
import { call, createRoom, openSocket, signUp } from '../support/client.ts';
import { shareServer } from '../support/server.ts';
import { sendAtOnce } from '../support/until.ts';
import { expectRefusal } from '../support/refusals.ts';
import { PATIENCE, print, scaled } from '../faults/support/scale.ts';

const server = shareServer();

/** More than a page of long ones. */
const MESSAGES = scaled(100, 200);

/** Texts and queries of which every part has to be compared with every other. */
const costly: [what: string, text: string, query: string][] = [
  ['one Japanese letter', 'あ'.repeat(4000), 'あ'.repeat(100)],
  ['one Japanese letter, many times', 'あ'.repeat(4000), 'あ '.repeat(100)],
  ['the same letter up to the last', 'あ'.repeat(3999) + 'い', `${'あ'.repeat(100)}い`],
  ['one word, many times', 'a '.repeat(2000), 'a '.repeat(100)],
  ['words that begin alike', 'aaaaaaaaa '.repeat(400), `${'aaaaaaaaa '.repeat(19)}aaaaaaaaa`],
  ['first parts of Korean syllables', '\u1100'.repeat(4000), '\u1100'.repeat(100)],
];

/** All that is found, page after page, and the length of the longest page in bytes of JSON. */
async function searchAll(
  token: string,
  query: Record<string, string>,
): Promise<{ results: SearchResult[]; longest: number }> {
  const results: SearchResult[] = [];
  let longest = 0;
  for (let cursor: string | null = ''; cursor !== null;) {
    const parameters = new URLSearchParams({ ...query, ...(cursor !== '' && { cursor }) });
    const { status, body } = await call<{ results: SearchResult[]; nextCursor: string | null }>(
      server,
      'GET',
      `/search?${parameters.toString()}`,
      { token },
    );
    expect(status).toBe(200);
    results.push(...body.results);
    longest = Math.max(longest, Buffer.byteLength(JSON.stringify(body)));
    cursor = body.nextCursor;
  }
  return { results, longest };
}

it.each(costly)(
  'goes on with everything else while it searches long messages for %s',
  { timeout: PATIENCE },
  async (what, text, query) => {
    const { token } = await signUp(server, `Ana of ${what}`);
    const room = await createRoom(server, token, what);
    const socket = await openSocket(server, token, room.id);
    await socket.next('live');
    await sendAtOnce(
      socket,
      Array.from({ length: MESSAGES }, () => ({ type: 'send', text })),
    );

    const searching = searchAll(token, { limit: '200', roomId: room.id, q: query });
    const over = searching.then(() => 'over');
    const waits: number[] = [];
    for (;;) {
      const since = performance.now();
      const pong = socket.ask({ type: 'ping' });
      if ((await Promise.race([over, pong])) === 'over') break;
      waits.push(performance.now() - since);
    }
    const { results, longest: bytes } = await searching;
    expect(new Set(results.map(({ message }) => message.seq)).size).toBe(MESSAGES);
    expect(bytes).toBeLessThan(1024 * 1024);
    for (const { snippet } of results) {
      expect(snippet.some(({ match }) => match)).toBe(true);
      expect(snippet.map((part) => part.text).join('').length).toBeLessThan(200);
    }
    // A search that stops the main loop stops it for seconds.
    const longest = Math.max(...waits);
    expect(longest).toBeLessThan(1000);
    print(
      `a search of ${MESSAGES} messages for ${what}: a ping waited ${longest.toFixed(0)} ms at most`,
    );
  },
);

it('refuses a query of more than 40 different words, and takes one that repeats its words', async () => {
  const { token } = await signUp(server, 'Who repeats');
  const of = (words: number) =>
    Array.from({ length: words }, (_, i) => String.fromCodePoint(0x4e00 + i)).join(' ');
  const ask = async (q: string) =>
    call(server, 'GET', `/search?q=${encodeURIComponent(q)}`, { token });
  expect((await ask(of(40))).status).toBe(200);
  expect((await ask('la la '.repeat(33))).status).toBe(200);
  expectRefusal(await ask(of(41)), 'validation_failed', ['/q']);
  expectRefusal(await ask(of(100)), 'validation_failed', ['/q']);
});
