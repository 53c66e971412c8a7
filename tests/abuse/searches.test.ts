import { expect, it } from 'vitest';
import type { SearchResult } from '../../src/protocol/resources.ts';
import { call, createRoom, openSocket, signUp } from '../support/client.ts';
import { shareServer } from '../support/server.ts';
import { sendAtOnce } from '../support/until.ts';
import { print } from '../faults/support/scale.ts';

const server = shareServer();

/** Texts and queries of which every part has to be compared with every other. */
const costly: [what: string, text: string, query: string][] = [
  ['one Japanese letter', 'あ'.repeat(4000), 'あ'.repeat(100)],
  ['one Japanese letter, many times', 'あ'.repeat(4000), 'あ '.repeat(100)],
  ['the same letter up to the last', 'あ'.repeat(3999) + 'い', `${'あ'.repeat(100)}い`],
  ['one word, many times', 'a '.repeat(2000), 'a '.repeat(100)],
  ['words that begin alike', 'aaaaaaaaa '.repeat(400), `${'aaaaaaaaa '.repeat(19)}aaaaaaaaa`],
  ['first parts of Korean syllables', '\u1100'.repeat(4000), '\u1100'.repeat(100)],
];

it.each(costly)(
  'goes on with everything else while it searches long messages for %s',
  async (what, text, query) => {
    const { token } = await signUp(server, `Ana of ${what}`);
    const room = await createRoom(server, token, what);
    const socket = await openSocket(server, token, room.id);
    await socket.next('live');
    await sendAtOnce(
      socket,
      Array.from({ length: 200 }, () => ({ type: 'send', text })),
    );

    const path = `/search?limit=200&roomId=${room.id}&q=${encodeURIComponent(query)}`;
    const searching = call<{ results: SearchResult[] }>(server, 'GET', path, { token });
    const over = searching.then(() => 'over');
    const waits: number[] = [];
    for (;;) {
      const since = performance.now();
      const pong = socket.ask({ type: 'ping' });
      if ((await Promise.race([over, pong])) === 'over') break;
      waits.push(performance.now() - since);
    }
    const { status, body } = await searching;
    expect(status).toBe(200);
    expect(body.results).toHaveLength(200);
    for (const { snippet } of body.results) {
      expect(snippet.some(({ match }) => match)).toBe(true);
      expect(snippet.map((part) => part.text).join('').length).toBeLessThan(200);
    }
    // A search that stops the main loop stops it for seconds.
    const longest = Math.max(...waits);
    expect(longest).toBeLessThan(1000);
    print(`a search of 200 messages for ${what}: a ping waited ${longest.toFixed(0)} ms at most`);
  },
);
