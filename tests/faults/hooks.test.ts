import { expect, it } from 'vitest';
import { call, createRoom, postMessage, signUp } from '../support/client.ts';
import { addHook, hooksOf, startReceiver, type Receiver } from '../support/receiver.ts';
import { PATIENCE, print, scaled, seeded } from './support/scale.ts';
import { Site } from './support/site.ts';
import { readLog } from './support/trail.ts';

const KILLS = scaled(1, 50);

/** The seqs in the order of their first arrival; a repeat has the id of the first. */
function firstSeqs({ received }: Receiver): number[] {
  const ids = new Map<number, unknown>();
  for (const { event, headers } of received) {
    const id = headers['webhook-id'];
    expect([event.seq, ids.get(event.seq) ?? id]).toEqual([event.seq, id]);
    ids.set(event.seq, id);
  }
  return [...ids.keys()];
}

it(
  `an outgoing hook gets every event of its room, in order, when the server is killed ${KILLS} times and the receiver fails in between`,
  { timeout: PATIENCE },
  async () => {
    const random = seeded();
    const site = new Site({ WEBHOOKS_TO_PRIVATE_ADDRESSES: 'true' });
    const child = await site.start();
    const { token } = await signUp(child, 'Ana');
    const room = await createRoom(child, token, 'Builds');
    const receiver = await startReceiver();
    const { id } = await addHook(child, token, room.id, { url: receiver.url });
    let sends = 0;
    const send = async (n: number) => {
      const texts = Array.from({ length: n }, () => `message ${(sends += 1)}`);
      await Promise.all(texts.map((text) => postMessage(site.child, token, room.id, text)));
    };
    const from = (await readLog(child, token, room.id)).length;
    for (let i = 0; i < KILLS; i += 1) {
      await send(random.int(20, 60));
      await receiver.seqs(receiver.received.length + random.int(1, 10));
      expect(await site.stop('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
      await site.start();
      // It fails once, and the pause does not survive "send again".
      receiver.answer = (response) => response.writeHead(500).end();
      await send(5);
      // On PostgreSQL, a node that was killed leads for up to 30 s more.
      await expect
        .poll(async () => (await hooksOf(site.child, token, room.id))[0]!.state, {
          timeout: 60_000,
        })
        .toBe('retrying');
      receiver.answer = null;
      const path = `/rooms/${room.id}/hooks/${id}/resume`;
      expect((await call(site.child, 'POST', path, { token })).status).toBe(204);
    }
    const head = (await readLog(site.child, token, room.id)).length;
    const all = Array.from({ length: head - from }, (_, i) => from + 1 + i);
    await expect.poll(() => firstSeqs(receiver).length, { timeout: 60_000 }).toBe(all.length);
    expect(firstSeqs(receiver)).toEqual(all);
    expect(receiver.open.most).toBeLessThanOrEqual(2);
    print(
      `hooks: ${KILLS} kills, ${all.length} events, ${receiver.received.length - all.length} of them again`,
    );
  },
);
