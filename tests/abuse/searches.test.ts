import { expect, it } from 'vitest';
import type { SearchResult } from '../../src/protocol/search.ts';
import { call, createRoom, openLiveSocket, signUp } from '../support/client.ts';
import { shareServer } from '../support/server.ts';
import { sendAtOnce } from '../support/until.ts';
import { expectRefusal } from '../support/refusals.ts';
import { PATIENCE, print, scaled } from '../faults/support/scale.ts';

const server = shareServer();

/** More long messages than fit into a page. */
const MESSAGES = scaled(50, 200);

/** Texts and queries in which every part has to be compared with every other. */
const costly: [what: string, text: string, query: string][] = [
  ['one Japanese letter', 'あ'.repeat(4000), 'あ'.repeat(100)],
  ['one Japanese letter, many times', 'あ'.repeat(4000), 'あ '.repeat(100)],
  ['the same letter up to the last', 'あ'.repeat(3999) + 'い', `${'あ'.repeat(100)}い`],
  ['one word, many times', 'a '.repeat(2000), 'a '.repeat(100)],
  ['words that begin alike', 'aaaaaaaaa '.repeat(400), `${'aaaaaaaaa '.repeat(19)}aaaaaaaaa`],
  ['first parts of Korean syllables', '\u1100'.repeat(4000), '\u1100'.repeat(100)],
];

/** Returns all results, page by page, and the length of the longest page in bytes of JSON. */
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
  'responds to pings while it searches long messages for %s',
  { timeout: PATIENCE },
  async (what, text, query) => {
    const { token } = await signUp(server, `Ana of ${what}`);
    const room = await createRoom(server, token, what);
    const socket = await openLiveSocket(server, token, room.id);
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
    // A search that blocks the main loop blocks it for seconds.
    const longest = Math.max(...waits);
    expect(longest).toBeLessThan(1000);
    print(
      `a search of ${MESSAGES} messages for ${what}: a ping waited at most ${longest.toFixed(0)} ms`,
    );
  },
);

it('rejects a query of more than 40 different words, and accepts one that repeats its words', async () => {
  const { token } = await signUp(server, 'Ana');
  const queryOf = (words: number) =>
    Array.from({ length: words }, (_, i) => String.fromCodePoint(0x4e00 + i)).join(' ');
  const ask = async (q: string) =>
    call(server, 'GET', `/search?q=${encodeURIComponent(q)}`, { token });
  expect((await ask(queryOf(40))).status).toBe(200);
  expect((await ask('la la '.repeat(33))).status).toBe(200);
  expectRefusal(await ask(queryOf(41)), 'validation_failed', ['/q']);
  expectRefusal(await ask(queryOf(100)), 'validation_failed', ['/q']);
});
