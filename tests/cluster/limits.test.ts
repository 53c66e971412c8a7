import { expect, it } from 'vitest';
import {
  call,
  generalRoom,
  openLiveSocket,
  openSocket,
  Refused,
  signUp,
  type At,
} from '../support/client.ts';
import { sortedStatuses, times } from '../support/times.ts';
import { sendAtOnce } from '../support/until.ts';
import { shareNodes } from './support/nodes.ts';

const nodes = shareNodes(2, {
  RATE_LIMIT_MESSAGES: '4',
  RATE_LIMIT_REQUESTS: '20',
  MAX_CONNECTIONS_PER_USER: '4',
});
/** One of the two nodes, by turns. */
const node = (i: number): At => nodes.at(i % 2);

/** Repeats what took longer than its allowance lasts, which then began anew. */
async function within<T>(ms: number, attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    const start = performance.now();
    const result = await attempt();
    if (performance.now() - start < ms) return result;
  }
}

it('counts messages over all nodes, and exactly where they are sent at once', async () => {
  const accepted = await within(3000, async () => {
    const ada = await signUp(node(0), `Ada ${performance.now()}`);
    const { id } = await generalRoom(node(0), ada.token);
    const sockets = [
      await openLiveSocket(node(0), ada.token, id),
      await openLiveSocket(node(1), ada.token, id),
    ];
    const commands = Array.from({ length: 20 }, (_, i) => ({ type: 'send', text: `${i}` }));
    const answers = await Promise.all(sockets.map((socket) => sendAtOnce(socket, commands)));
    return answers.flatMap((all) => [...all.values()]).filter(({ type }) => type === 'ack').length;
  });
  // 4 a second are 12 in 3 seconds; joining was one.
  expect(accepted).toBe(11);
});

it('counts requests of a user over all nodes', async () => {
  const bob = await signUp(node(0), 'Bob');
  const statuses = await within(4000, async () => {
    const get = (i: number) => call(node(i), 'GET', '/users/me', { token: bob.token });
    return sortedStatuses(await times(100, get));
  });
  // 20 a second are 80 in 4 seconds.
  expect(statuses.filter((status) => status === 200)).toHaveLength(80);
  expect(statuses.filter((status) => status === 429)).toHaveLength(20);
});

it('counts sockets over all nodes, and exactly where they open at once', async () => {
  const cat = await signUp(node(0), 'Cat');
  const { id } = await generalRoom(node(0), cat.token);
  await call(node(0), 'POST', `/rooms/${id}/join`, { token: cat.token });
  const opened = await Promise.allSettled(
    Array.from({ length: 10 }, (_, i) => openSocket(node(i), cat.token, id)),
  );
  const sockets = opened.filter((one) => one.status === 'fulfilled').map(({ value }) => value);
  const refused = opened.filter((one) => one.status === 'rejected');
  expect(sockets).toHaveLength(4);
  for (const { reason } of refused) {
    expect(reason).toBeInstanceOf(Refused);
    expect((reason as Refused).body['message']).toContain('You have 4 sockets and streams open');
  }

  await sockets[0]!.close();
  // The other nodes learn of it within some milliseconds.
  const again = async (): Promise<boolean> =>
    openSocket(node(1), cat.token, id).then(
      () => true,
      () => again(),
    );
  expect(await again()).toBe(true);
  await expect(openSocket(node(0), cat.token, id)).rejects.toThrow('429');
});
