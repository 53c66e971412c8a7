import { beforeAll, describe, expect, it } from 'vitest';
import { oldestNode } from '../../src/package.ts';
import type { Message, Room } from '../../src/protocol/resources.ts';
import { runMain, startChild } from '../support/child.ts';
import {
  call,
  createRoom,
  openSocket,
  signIn,
  signUp,
  type At,
  type Frame,
} from '../support/client.ts';
import { exchange } from '../support/raw.ts';
import { temporaryFolder } from '../support/server.ts';
import { installNode } from './install.ts';

/*
 * Does the compiled server start, chat, restart and stop on every Node that it promises to run on? A
 * fault of a native library may show in one start of ten, and only when garbage is collected early,
 * so it starts often, and with little room for young objects.
 */

/** The oldest that package.json allows, and the newest of each line that was out in November 2026. */
const VERSIONS = [`${oldestNode}.0`, '22.23.3', '24.21.0', '26.10.0'];
const TOO_OLD = '20.20.2';

const MAIN = 'dist/src/main.js';
/** Starts at the same time. */
const AT_ONCE = 2;
const LITTLE_YOUNG_MEMORY = ['--max-semi-space-size=1'];

/** Starts a server on the folder, chats, stops it, and does so again with the same account and room. */
async function startAndRestart(command: readonly string[], dataDir: string, isNew: boolean) {
  for (const isFirst of [isNew, false]) {
    const server = await startChild({ DATA_DIR: dataDir }, command);
    await (isFirst ? begin(server) : goOn(server));
    server.kill('SIGTERM');
    expect(await server.exited).toEqual({ code: 0, signal: null });
    expect(server.stderr).toEqual([]);
  }
}

async function begin(server: At): Promise<void> {
  const { token } = await signUp(server, 'Ana');
  const { id } = await createRoom(server, token, 'kitchen');
  await say(server, token, id);
}

async function goOn(server: At): Promise<void> {
  const { token } = await signIn(server, 'Ana');
  const { body } = await call<{ rooms: Room[] }>(server, 'GET', '/rooms?scope=mine', { token });
  await say(server, token, body.rooms[0]!.id);
}

/** Sends messages, and then gets everything from the beginning: each event once, in order. */
async function say(server: At, token: string, roomId: string): Promise<void> {
  const socket = await openSocket(server, token, roomId, { after: 0 });
  await socket.next('live');
  await socket.ask({ type: 'send', text: 'hello' });
  const seq = await sendWithOffer(server, token, roomId);
  await socket.close();
  const again = await openSocket(server, token, roomId, { after: 0 });
  await again.next('live');
  const seqs = again.frames.filter((frame: Frame) => 'actor' in frame).map((frame) => frame['seq']);
  expect(seqs).toEqual(Array.from({ length: seq }, (_, i) => i + 1));
  await again.close();
}

/** Sends as Java's client does, which offers HTTP/2: what becomes of such a request depends on Node. */
async function sendWithOffer(server: At, token: string, roomId: string): Promise<number> {
  const body = '{"text":"hello"}';
  const lines = [
    `POST /rooms/${roomId}/messages HTTP/1.1`,
    'Host: x',
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    'Connection: Upgrade, HTTP2-Settings',
    'Upgrade: h2c',
    'HTTP2-Settings: AAMAAABkAAQAAP__',
  ];
  const answer = await exchange(server, [...lines, '', body].join('\r\n'));
  expect(answer.status).toBe(201);
  return (answer.body as Message).seq;
}

/** Runs `start` so many times, prints how often it went well, and throws where one did not. */
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

describe.each(VERSIONS)('on Node %s it starts, chats, restarts and stops', (version) => {
  let node: string;
  beforeAll(async () => {
    node = await installNode(version);
  });

  it('ten times of ten on a fresh folder', async () => {
    await count(`Node ${version}, fresh folder`, 10, AT_ONCE, async () =>
      startAndRestart([node, MAIN], temporaryFolder(), true),
    );
  });

  it('ten times of ten on a fresh folder where garbage is collected early', async () => {
    await count(`Node ${version}, fresh folder, little memory`, 10, AT_ONCE, async () =>
      startAndRestart([node, ...LITTLE_YOUNG_MEMORY, MAIN], temporaryFolder(), true),
    );
  });

  it('five times of five on an existing folder', async () => {
    const dataDir = temporaryFolder();
    await startAndRestart([node, MAIN], dataDir, true);
    await count(`Node ${version}, existing folder`, 5, 1, async () =>
      startAndRestart([node, MAIN], dataDir, false),
    );
  });
});

it(`says in one line which Node it needs where it is started on Node ${TOO_OLD}`, async () => {
  const child = runMain({ DATA_DIR: temporaryFolder() }, [await installNode(TOO_OLD), MAIN]);
  expect(await child.exited).toEqual({ code: 1, signal: null });
  expect(child.stderr).toEqual([
    `Charla cannot start: it needs Node.js ${oldestNode} or newer, and this is ${TOO_OLD}`,
  ]);
  expect(child.stdout).toEqual([]);
});
