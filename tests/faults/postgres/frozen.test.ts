import { expect, it } from 'vitest';
import { postMessage } from '../../support/client.ts';
import { PATIENCE, percentile, print, scaled, slowness } from '../support/scale.ts';
import { readLog } from '../support/trail.ts';
import { shareNodes, type Node } from './support/nodes.ts';
import { newRoom } from './support/room.ts';
import { timed } from './support/within.ts';

const FREEZES = scaled(1, 10);
const ACKS = scaled(10, 200);
/** How the first statement of a group ends: it takes the lock. */
const LOCK = `key = 'epoch' for update`;
/** A node that is frozen with the lock delays the others for so long, in milliseconds. */
const MAX_DELAY_MS = 5000;
const WAY_MS = 50;

const nodes = shareNodes(3);
const isLate = (ms: number) => ms > MAX_DELAY_MS * slowness();

it(
  'delays the other nodes for at most 5 s when the link of a node freezes while it holds the lock',
  { timeout: PATIENCE },
  async () => {
    const [frozen, ...others] = nodes as [Node, ...Node[]];
    const { ana, room } = await newRoom(frozen);
    const delays: number[] = [];
    const statuses: number[] = [];
    for (let i = 0; i < FREEZES; i += 1) {
      const heard = frozen.link.heard(LOCK);
      const message = { text: 'frozen', clientMsgId: `frozen ${i}` };
      const inside = postMessage(frozen, ana.token, room.id, message);
      await heard;
      frozen.link.freeze();
      delays.push(
        ...(await Promise.all(
          others.map((node) =>
            timed(
              postMessage(node, ana.token, room.id, `during ${i}`).then(({ status }) =>
                statuses.push(status),
              ),
            ),
          ),
        )),
      );
      frozen.link.thaw();
      const answer = await inside;
      // Its transaction is undone, which it learns late; the repeat is written.
      expect([201, 503]).toContain(answer.status);
      const repeat = async () => (await postMessage(frozen, ana.token, room.id, message)).status;
      await expect.poll(repeat, { timeout: 10_000 }).toBeLessThan(300);
    }
    expect(statuses).toEqual(statuses.map(() => 201));
    expect(delays.filter(isLate)).toEqual([]);
    // One of the others waited for the end of the frozen transaction: it did hold the lock.
    expect(Math.max(...delays)).toBeGreaterThan(1000);
    const log = await readLog(others[0]!, ana.token, room.id, room.lastSeq);
    expect(log).toHaveLength(3 * FREEZES);
    print(`${FREEZES} freezes: the others waited ${Math.max(...delays).toFixed()} ms`);
  },
);

it(
  `acks a lone sender within some 400 ms while the link of its node takes ${WAY_MS} ms each way`,
  { timeout: PATIENCE },
  async () => {
    const [slow] = nodes as [Node];
    const { ana, room } = await newRoom(slow);
    slow.link.delay(WAY_MS);
    const delays: number[] = [];
    for (let i = 0; i < ACKS; i += 1) {
      delays.push(await timed(postMessage(slow, ana.token, room.id, `slow ${i}`)));
    }
    slow.link.delay(0);
    const [p50, p99] = [percentile(delays, 0.5), percentile(delays, 0.99)];
    print(`a link of ${WAY_MS} ms each way: p50 ${p50.toFixed()} ms, p99 ${p99.toFixed()} ms`);
    expect(p50).toBeLessThan(600 * slowness());
  },
);
