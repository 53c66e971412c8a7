import { expect, it } from 'vitest';
import { postMessage } from '../../support/client.ts';
import { PATIENCE, print, scaled, slowness } from '../support/scale.ts';
import { keepBusy } from './support/busy.ts';
import { startNodes, type Node } from './support/nodes.ts';
import { newRoom } from './support/room.ts';
import { timed } from './support/within.ts';

const KILLS = scaled(1, 30);
const ROLLS = scaled(1, 5);
const FREEZES = scaled(1, 5);
const NODES = scaled(2, 3);
/** Nodes with a process of their own, which can be killed. */
const PROCESSES = scaled(1, 3);
/** How the first statement of a group ends: it takes the lock. */
const LOCK = `key = 'epoch' for update`;

it(
  `no client misses or repeats an event when nodes are killed ${KILLS} times and restarted in turn ${ROLLS} times`,
  { timeout: PATIENCE },
  async () => {
    const nodes = await startNodes(NODES, { processes: PROCESSES });
    const { random, load, finish } = await keepBusy(nodes, { pinned: false });
    for (let i = 0; i < KILLS; i += 1) {
      const victim = random.pick(nodes.slice(0, PROCESSES));
      await victim.stop('SIGKILL');
      // The others carry on.
      await load.ackedMore(random.int(1, 50));
      await victim.start();
      await load.ackedMore(random.int(1, 50));
    }
    const killed = load.closeCodes.splice(0).length;
    for (let i = 0; i < ROLLS; i += 1) {
      for (const node of nodes) {
        await node.stop('SIGTERM');
        await load.ackedMore(10);
        await node.start();
        await load.ackedMore(10);
      }
    }
    expect(new Set(load.closeCodes)).toEqual(new Set([1012]));
    const rolled = load.closeCodes.length;
    const length = await finish();
    print(
      `${KILLS} kills and ${ROLLS} rolling restarts: ${killed} and ${rolled} sockets reconnected, ${length} events`,
    );

    await freezeProcess(nodes);
  },
);

/** A process that stops while it holds the lock delays the others for at most 5 s. */
async function freezeProcess(nodes: readonly Node[]): Promise<void> {
  const [frozen, other] = nodes as [Node, Node];
  const { ana, room } = await newRoom(other);
  const delays: number[] = [];
  // On a busy machine the signal may come when the transaction has ended, which delays nobody.
  const hits = () => delays.filter((ms) => ms > 1000).length;
  for (let i = 0; hits() < FREEZES && i < 5 * FREEZES; i += 1) {
    const heard = frozen.link.heard(LOCK);
    const message = { text: 'frozen', clientMsgId: `frozen ${i}` };
    const inside = postMessage(frozen, ana.token, room.id, message);
    await heard;
    process.kill(frozen.pid, 'SIGSTOP');
    try {
      const send = postMessage(other, ana.token, room.id, `during ${i}`);
      delays.push(await timed(send));
      expect((await send).status).toBe(201);
    } finally {
      process.kill(frozen.pid, 'SIGCONT');
    }
    expect([201, 503]).toContain((await inside).status);
    const repeat = async () => (await postMessage(frozen, ana.token, room.id, message)).status;
    await expect.poll(repeat, { timeout: 10_000 }).toBeLessThan(300);
  }
  expect(delays.filter((ms) => ms > 5000 * slowness())).toEqual([]);
  expect(hits()).toBe(FREEZES);
  print(`${FREEZES} stopped processes: another node waited ${Math.max(...delays).toFixed()} ms`);
}
