import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import type { NewBot } from '../src/protocol/bots.ts';
import type { Message } from '../src/protocol/resources.ts';
import { call, generalRoom, openLiveSocket, signUpAdmin } from './support/client.ts';
import { startServer } from './support/server.ts';

it('the bot of examples/ answers whoever mentions it, and nobody else', async () => {
  const server = await startServer();
  const ana = await signUpAdmin(server, 'Ana');
  const { body } = await call<NewBot>(server, 'POST', '/bots', { ...ana, body: { name: 'Echo' } });
  const room = await generalRoom(server, ana.token);
  const file = fileURLToPath(new URL('../examples/echo-bot.ts', import.meta.url));
  const bot = spawn(process.execPath, [file], {
    env: { ...process.env, CHARLA: server.url, TOKEN: body.token },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(async () => {
    if (bot.exitCode === null && bot.kill()) await once(bot, 'exit');
  });
  const [line] = (await once(bot.stdout, 'data')) as [Buffer];
  expect(line.toString()).toBe('Echo listens in general\n');

  const socket = await openLiveSocket(server, ana.token, room.id);
  await socket.ask({ type: 'send', text: 'nobody is meant' });
  const { seq } = await socket.ask({ type: 'send', text: 'Hello, @Echo' });
  await socket.next('message.created');
  const path = `/rooms/${room.id}/messages`;
  const { messages } = (await call<{ messages: Message[] }>(server, 'GET', path, ana)).body;
  expect(messages.map(({ author, text, replyTo }) => [author.name, text, replyTo])).toEqual([
    ['Ana', 'nobody is meant', null],
    ['Ana', 'Hello, @Echo', null],
    ['Echo', 'Hello,', seq],
  ]);
});
