import { expect, it } from 'vitest';
import { startChild } from '../support/child.ts';
import { createRoom, openLiveSocket, openSocket, signUp, type Frame } from '../support/client.ts';
import { waitUntilFull } from './support/connections.ts';
import { shareNodes } from './support/nodes.ts';

/* A node is removed after 15 s of silence; here after 5, so that the test is quick. */
const nodes = shareNodes(
  2,
  { MAX_CONNECTIONS_PER_USER: '1' },
  { beatTimes: { beatMs: 500, deadMs: 5000 } },
);

const nameOf = ({ user }: Frame) => (user as Frame)['name'] as string;

it('takes the presence and the connections of a killed node along', async () => {
  const [one, two] = [nodes.at(0), nodes.at(1)];
  const child = await startChild({ ...nodes.env, HOST: '127.0.0.1', LOG_LEVEL: 'info' });
  const ada = await signUp(one, 'Ada');
  const bob = await signUp(two, 'Bob');
  const cat = await signUp(two, 'Cat');
  const { id } = await createRoom(one, ada.token, 'den');
  const watching = [
    await openLiveSocket(one, ada.token, id),
    await openLiveSocket(two, cat.token, id),
  ];
  await openLiveSocket(child, bob.token, id);
  for (const socket of watching) {
    while (nameOf(await socket.next('presence.joined')) !== 'Bob');
  }
  await expect(openSocket(two, bob.token, id)).rejects.toThrow('429');

  child.kill('SIGKILL');
  await child.exited;
  for (const socket of watching) expect(nameOf(await socket.next('presence.left'))).toBe('Bob');
  const back = await openLiveSocket(two, bob.token, id);
  const { online } = back.frames[0]!;
  expect((online as Frame[]).map((user) => user['name'] as string).toSorted()).toEqual([
    'Ada',
    'Bob',
    'Cat',
  ]);
});

it('takes a node back that was frozen for so long that it counted as dead', async () => {
  const [one, two] = [nodes.at(0), nodes.at(1)];
  const child = await startChild({ ...nodes.env, HOST: '127.0.0.1', LOG_LEVEL: 'info' });
  const dan = await signUp(one, 'Dan');
  const eve = await signUp(one, 'Eve');
  const { id } = await createRoom(one, dan.token, 'attic');
  const watching = await openLiveSocket(one, dan.token, id);
  const frozen = await openLiveSocket(child, eve.token, id);
  expect(nameOf(await watching.next('presence.joined'))).toBe('Eve');

  child.kill('SIGSTOP');
  expect(nameOf(await watching.next('presence.left'))).toBe('Eve');
  await watching.ask({ type: 'send', text: 'meanwhile' });
  child.kill('SIGCONT');
  expect(nameOf(await watching.next('presence.joined'))).toBe('Eve');
  expect((await frozen.next('message.created'))['message']).toMatchObject({ text: 'meanwhile' });
  // Her socket is counted again.
  await waitUntilFull(two, eve.token, id);
});
