import { beforeAll, describe, expect, it } from 'vitest';
import type { Message, Room } from '../../src/protocol/resources.ts';
import { startChild } from '../support/child.ts';
import {
  call,
  createRoom,
  openLiveSocket,
  signIn,
  signUp,
  type At,
  type Frame,
} from '../support/client.ts';
import { PIXEL, uploaded } from '../support/files.ts';
import { bearerHeader, exchange, requestText } from '../support/raw.ts';
import { temporaryFolder } from '../support/server.ts';
import { scaled } from '../faults/support/scale.ts';
import { installNode } from './install.ts';

/*
 * The compiled server starts, chats, restarts and stops on every supported Node. A fault of a native library
 * may show in one start of ten, and only when garbage is collected early. So the tests start it often,
 * also with little memory for young objects.
 */

export const MAIN = 'dist/src/main.js';
/** How often each Node starts the server in each way. */
const STARTS = scaled(1, 10);
/** Servers that start at the same time. */
const AT_ONCE = 2;
const LITTLE_YOUNG_MEMORY = ['--max-semi-space-size=1'];

/** Starts a server on the folder, chats and stops it, twice with the same account and room. */
async function startAndRestart(command: readonly string[], dataDir: string, isNew: boolean) {
  for (const isFirst of [isNew, false]) {
    const server = await startChild({ DATA_DIR: dataDir }, command);
    await (isFirst ? chatAsNew(server) : chatAgain(server));
    server.kill('SIGTERM');
    expect(await server.exited).toEqual({ code: 0, signal: null });
    expect(server.stderr).toEqual([]);
  }
}

async function chatAsNew(server: At): Promise<void> {
  const { token } = await signUp(server, 'Ana');
  const { id } = await createRoom(server, token, 'kitchen');
  await chat(server, token, id);
}

async function chatAgain(server: At): Promise<void> {
  const { token } = await signIn(server, 'Ana');
  const { body } = await call<{ rooms: Room[] }>(server, 'GET', '/rooms?scope=mine', { token });
  await chat(server, token, body.rooms[0]!.id);
}

/** Sends messages and a picture, then replays everything and expects each event once, in order. */
async function chat(server: At, token: string, roomId: string): Promise<void> {
  const socket = await openLiveSocket(server, token, roomId, { after: 0 });
  await socket.ask({ type: 'send', text: 'hello' });
  const picture = await uploaded(server, token, roomId, PIXEL, 'pixel.png');
  expect(picture).toMatchObject({ type: 'image/png', width: 1, height: 1 });
  await socket.ask({ type: 'send', text: '', fileIds: [picture.id] });
  const seq = await sendWithUpgradeOffer(server, token, roomId);
  await socket.close();
  const again = await openLiveSocket(server, token, roomId, { after: 0 });
  const seqs = again.frames.filter((frame: Frame) => 'actor' in frame).map((frame) => frame['seq']);
  expect(seqs).toEqual(Array.from({ length: seq }, (_, i) => i + 1));
  await again.close();
}

/** Sends as Java's client does, which offers HTTP/2. How such a request is handled depends on Node. */
async function sendWithUpgradeOffer(server: At, token: string, roomId: string): Promise<number> {
  const body = '{"text":"hello"}';
  const headers = [
    bearerHeader(token),
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    'Connection: Upgrade, HTTP2-Settings',
    'Upgrade: h2c',
    'HTTP2-Settings: AAMAAABkAAQAAP__',
  ];
  const line = `POST /rooms/${roomId}/messages HTTP/1.1`;
  const answer = await exchange(server, requestText(line, headers, body));
  expect(answer.status).toBe(201);
  return (answer.body as Message).seq;
}

/** Runs `start` so many times and prints how often it succeeded. Throws if one run failed. */
async function count(
  what: string,
  times: number,
  atOnce: number,
  start: () => Promise<void>,
): Promise<void> {
  const faults: unknown[] = [];
  let left = times;
  const runSome = async () => {
    while (left > 0) {
      left -= 1;
      await start().catch((error: unknown) => faults.push(error));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, runSome));
  process.stdout.write(`${what}: ${times - faults.length} of ${times} starts\n`);
  if (faults.length > 0) throw new AggregateError(faults, `${what}: ${String(faults[0])}`);
}

/** Declares the tests of one version. Each file has the versions of a few release lines, so that files run side by side. */
export function testNode(version: string): void {
  describe(`the compiled server on Node ${version}`, () => {
    let node: string;
    beforeAll(async () => {
      node = await installNode(version);
    });

    it('starts, chats, restarts and stops every time, on a fresh folder and again on that', async () => {
      await count(`Node ${version}, fresh and existing folder`, STARTS, AT_ONCE, async () => {
        const dataDir = temporaryFolder();
        await startAndRestart([node, MAIN], dataDir, true);
        await startAndRestart([node, MAIN], dataDir, false);
      });
    });

    it('starts, chats, restarts and stops every time where garbage is collected early', async () => {
      await count(`Node ${version}, fresh folder, little memory`, STARTS, AT_ONCE, async () =>
        startAndRestart([node, ...LITTLE_YOUNG_MEMORY, MAIN], temporaryFolder(), true),
      );
    });
  });
}
