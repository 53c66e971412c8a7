import { expect, it } from 'vitest';
// oxlint-disable-next-line typescript/no-restricted-imports -- the check of each frame would be what is measured
import { WebSocket } from 'ws';
import { accountJob } from '../support/accounts.ts';
import { startChild } from '../support/child.ts';
import { call, signIn, socketUrl } from '../support/client.ts';
import { createRoomJob, openFilling } from '../support/filling.ts';
import { temporaryFolder } from '../support/server.ts';
import { PATIENCE, percentile, print, scaled } from '../faults/support/scale.ts';

const REPLAYS = 60;
const MESSAGES = scaled(5000, 40_000);
const QUERIES = scaled(20, 300);
/** Entries in a page of a replay (catch-up.ts). */
const PAGE = 500;

it(
  'runs a short query after a few pages of sixty replays, not after one page of each',
  { timeout: PATIENCE },
  async () => {
    const dataDir = temporaryFolder();
    const people = Array.from({ length: REPLAYS + 1 }, (_, i) => `Person ${i}`);
    const roomId = 'the-room';
    const filling = await openFilling(dataDir);
    await filling.perform(people.map((name, i) => accountJob(`person-${i}`, name)));
    await filling.perform([createRoomJob({ id: roomId, userId: 'person-0' })]);
    await filling.perform(
      Array.from({ length: MESSAGES }, (_, i) => ({
        mutation: 'sendMessages',
        input: { roomId, userId: `person-${i % REPLAYS}`, text: `message ${i}` },
      })),
    );
    await filling.close();
    const server = await startChild({ DATA_DIR: dataDir });
    const accounts = await Promise.all(people.map(async (name) => signIn(server, name)));
    const honest = accounts.pop()!;

    let events = 0;
    let isOver = false;
    const sockets = new Set<WebSocket>();
    /** Reads the whole log of the room, again and again. */
    const replay = async (token: string): Promise<void> => {
      const socket = new WebSocket(socketUrl(server, roomId, { token, after: 0 }));
      sockets.add(socket);
      await new Promise<void>((resolve) => {
        socket.on('message', (data: Buffer) => {
          events += 1;
          if (data.length < 100 && data.includes('"live"')) socket.close();
        });
        socket.on('close', resolve);
      });
      sockets.delete(socket);
      if (!isOver) await replay(token);
    };
    const replays = accounts.map(async ({ token }) => replay(token));
    // By then every replay is under way.
    await expect.poll(() => events, { timeout: 30_000 }).toBeGreaterThan(REPLAYS * PAGE);

    const ahead: number[] = [];
    const since = performance.now();
    for (let i = 0; i < QUERIES; i += 1) {
      const before = events;
      const { status } = await call(server, 'GET', '/users/me', honest);
      expect(status).toBe(200);
      ahead.push((events - before) / PAGE);
    }
    const tookMs = (performance.now() - since) / QUERIES;
    isOver = true;
    for (const socket of sockets) socket.terminate();
    await Promise.all(replays);
    // In one queue with the replays, each of its two queries would wait for a page of every replay.
    expect(percentile(ahead, 0.5)).toBeLessThan(REPLAYS / 4);
    print(
      `${REPLAYS} replays of ${MESSAGES} messages: /users/me took ${tookMs.toFixed(0)} ms, ` +
        `${percentile(ahead, 0.5).toFixed(1)} pages of the replays meanwhile, ` +
        `at most ${Math.max(...ahead).toFixed(1)}, in ${QUERIES} queries`,
    );
  },
);
