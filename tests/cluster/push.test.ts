import { expect, it } from 'vitest';
import { call, openDirect, postMessage, signUp } from '../support/client.ts';
import { startPushService } from '../support/push-service.ts';
import { times } from '../support/times.ts';
import { shareNodes } from './support/nodes.ts';

const nodes = shareNodes(
  3,
  { WEBHOOKS_TO_PRIVATE_ADDRESSES: 'true' },
  {
    beatTimes: { beatMs: 100, deadMs: 10_000 },
    pushTimes: { waitMs: 200, tickMs: 20, retryMs: 100, requestMs: 5000 },
  },
);

it('signs with one key on all nodes, which have started at once on an empty database', async () => {
  const { token } = await signUp(nodes.at(0), 'Zoe');
  const keyOf = (i: number) =>
    call<{ publicKey: string }>(nodes.at(i), 'GET', '/push/key', { token });
  const keys = await times(3, async (i) => (await keyOf(i)).body.publicKey);
  expect([keys.length, new Set(keys).size, typeof keys[0]]).toEqual([3, 1, 'string']);
});

it('pushes each message once, whichever node it was sent on and which one leads', async () => {
  const [first, second] = [nodes.at(0), nodes.at(1)];
  const service = await startPushService();
  const [ana, bo] = await Promise.all([signUp(first, 'Ana'), signUp(second, 'Bo')]);
  const browser = await service.subscribe(second, bo);
  const { body: room } = await openDirect(first, ana.token, bo.user.id);
  const sendAndReceive = async (from: number[]) => {
    for (const i of from) {
      const { body } = await postMessage(nodes.at(i), ana.token, room.id, `from node ${i}`);
      expect(await browser.next()).toMatchObject({ seq: body.seq });
    }
  };
  await sendAndReceive([0, 1, 2]);
  // Whichever leads: each of the two others, or this one, goes on.
  const waiting = await postMessage(second, ana.token, room.id, 'waiting as a node leaves');
  await first.stop();
  expect(await browser.next()).toMatchObject({ seq: waiting.body.seq });
  await sendAndReceive([1, 2]);
  await second.stop();
  await sendAndReceive([2]);
  expect(browser.received).toHaveLength(7);
});
