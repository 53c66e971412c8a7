import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import { signatureHeaders } from '../../src/chat/hooks/signature.ts';
import { createRoom, postMessage, signUp } from '../support/client.ts';
import { addHook, startReceiver } from '../support/receiver.ts';
import { startServer, temporaryFolder } from '../support/server.ts';

it('the receiver in docs/integrations.md takes what a server sends, once, and nothing unsigned', async () => {
  const doc = readFileSync(new URL('../../docs/integrations.md', import.meta.url), 'utf8');
  const file = join(temporaryFolder(), 'receiver.mjs');
  writeFileSync(file, /```js\n(.*?)```/s.exec(doc)![1]!);

  const server = await startServer({ WEBHOOKS_TO_PRIVATE_ADDRESSES: 'true' });
  const { token } = await signUp(server, 'Ana');
  const room = await createRoom(server, token, 'Builds');
  // The receiver needs the secret, and the hook the address of the receiver.
  const reserved = await startReceiver();
  const { url } = reserved;
  const SECRET = (await addHook(server, token, room.id, { url })).secret;
  await reserved.stop();
  const child = spawn(process.execPath, [file], {
    env: { ...process.env, SECRET, PORT: String(reserved.port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill());
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const nextLine = async () => (await lines.next()).value as string;
  expect(await nextLine()).toBe(`listening on ${reserved.port}`);

  const body = JSON.stringify({ type: 'signed' });
  const at = Date.now();
  const signed = signatureHeaders(SECRET, { id: 'msg_1', at, body });
  const old = signatureHeaders(SECRET, { id: 'msg_2', at: at - 3_600_000, body });
  const forged = { ...signed, 'webhook-id': 'msg_3' };
  const post = async (headers: Readonly<Record<string, string>>) =>
    (await fetch(url, { method: 'POST', headers, body })).status;
  expect(await Promise.all([{}, old, forged].map(post))).toEqual([401, 401, 401]);
  expect([await post(signed), await post(signed)]).toEqual([204, 204]);
  expect(await nextLine()).toBe('signed');

  await postMessage(server, token, room.id, 'green');
  expect(await nextLine()).toBe('message.created');
});
