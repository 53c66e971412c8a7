import { expect, it, onTestFinished } from 'vitest';
import { startChild } from '../support/child.ts';
import { createRoom, postMessage, signUp } from '../support/client.ts';
import { addHook, hooksOf, startReceiver } from '../support/receiver.ts';
import { createDatabase, dropDatabase } from '../support/postgres/databases.ts';
import { launch, temporaryFolder } from '../support/server.ts';
import { JWT_SECRET } from './support/nodes.ts';

/* A node is removed after 15 s of silence; here after 6, so that the test is quick. */
const beatTimes = { beatMs: 300, deadMs: 6000 };
const hookTimes = { tickMs: 100, requestMs: 2000, pausesMs: [200, 200, 200] };

it('delivers by one node at a time, whichever commits, and goes on where a killed one stopped', async () => {
  const url = await createDatabase();
  onTestFinished(() => dropDatabase(url));
  const env = { DATABASE_URL: url, JWT_SECRET, WEBHOOKS_TO_PRIVATE_ADDRESSES: 'true' };
  // The oldest node leads.
  const leader = await startChild({ ...env, HOST: '127.0.0.1', LOG_LEVEL: 'info' });
  const folder = temporaryFolder();
  const other = await launch({ ...env, DATA_DIR: folder }, () => {}, { beatTimes, hookTimes });
  onTestFinished(() => other.stop());

  const { token } = await signUp(other, 'Ana');
  const room = await createRoom(other, token, 'Builds');
  const receiver = await startReceiver();
  await addHook(other, token, room.id, { url: receiver.url });
  const first = (await postMessage(leader, token, room.id, 'by the leader')).body.seq;
  await postMessage(other, token, room.id, 'by the other');
  expect(await receiver.seqs(2)).toEqual([first, first + 1]);

  // What is not written yet would be sent again.
  await expect.poll(async () => (await hooksOf(other, token, room.id))[0]!.behind.events).toBe(0);

  // The leader dies with a request under way.
  receiver.answer = () => {};
  await postMessage(other, token, room.id, 'while it dies');
  await receiver.seqs(3);
  leader.kill('SIGKILL');
  await leader.exited;
  receiver.answer = null;
  await postMessage(other, token, room.id, 'after its death');
  const started = performance.now();
  const seqs = await receiver.seqs(5);
  expect(performance.now() - started).toBeLessThan(30_000);
  expect(seqs).toEqual([first, first + 1, first + 2, first + 2, first + 3]);
  const [died, again] = [receiver.received[2]!, receiver.received[3]!];
  expect(again.headers['webhook-id']).toBe(died.headers['webhook-id']);
});
