import { hashSync } from 'bcryptjs';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { call, emailOf, passwordOf, signIn } from '../support/client.ts';
import { startChild } from '../support/child.ts';
import { openFilling, registerJob } from '../support/filling.ts';
import { temporaryFolder } from '../support/server.ts';
import { PATIENCE, percentile, print, scaled } from '../faults/support/scale.ts';

const REPLAYS = 60;
const MESSAGES = scaled(5000, 40_000);
const ASKED = scaled(40, 300);
/** Entries in a page of a replay (catch-up.ts). */
const PAGE = 500;

it(
  'who asks who they are waits for a few pages of sixty replays, not for one of each',
  { timeout: PATIENCE },
  async () => {
    const dataDir = temporaryFolder();
    const people = Array.from({ length: REPLAYS + 1 }, (_, i) => `Person ${i}`);
    const roomId = 'the-room';
    const filling = await openFilling(dataDir);
    await filling.perform(
      people.map((name, i) =>
        registerJob({
          id: `person-${i}`,
          name,
          email: emailOf(name),
          passwordHash: hashSync(passwordOf(name), 4),
          sessionId: `session-${i}`,
          lifeMs: 0,
        }),
      ),
    );
    const room = { id: roomId, kind: 'public', name: 'x', nameKey: 'x', topic: '', maxRooms: 0 };
    await filling.perform([{ mutation: 'createRoom', input: { ...room, userId: 'person-0' } }]);
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
    let goesOn = true;
    const sockets = new Set<WebSocket>();
    /** Reads all of the room's log, again and again. */
    const replay = async (token: string): Promise<void> => {
      const url = `${server.url.replace('http', 'ws')}/ws/chat/${roomId}?token=${token}&after=0`;
      const socket = new WebSocket(url);
      sockets.add(socket);
      await new Promise<void>((resolve) => {
        socket.on('message', (data: Buffer) => {
          events += 1;
          if (data.length < 100 && data.includes('"live"')) socket.close();
        });
        socket.on('close', resolve);
      });
      sockets.delete(socket);
      if (goesOn) await replay(token);
    };
    const replays = accounts.map(async ({ token }) => replay(token));
    // Until every one is under way.
    await expect.poll(() => events, { timeout: 30_000 }).toBeGreaterThan(REPLAYS * PAGE);

    const ahead: number[] = [];
    const since = performance.now();
    for (let asked = 0; asked < ASKED; asked += 1) {
      const before = events;
      const { status } = await call(server, 'GET', '/users/me', honest);
      expect(status).toBe(200);
      ahead.push((events - before) / PAGE);
    }
    const tookMs = (performance.now() - since) / ASKED;
    goesOn = false;
    for (const socket of sockets) socket.terminate();
    await Promise.all(replays);
    // In one queue with all of them, each of its two queries waits for a page of every replay.
    expect(percentile(ahead, 0.5)).toBeLessThan(REPLAYS / 4);
    print(
      `${REPLAYS} replays of ${MESSAGES} messages: /users/me took ${tookMs.toFixed(0)} ms, ` +
        `${percentile(ahead, 0.5).toFixed(1)} pages of the replays meanwhile, ` +
        `${Math.max(...ahead).toFixed(1)} at most, of ${ASKED} times`,
    );
  },
);
