import { expect, it } from 'vitest';
import { PATIENCE, print, scaled } from '../support/scale.ts';
import { keepBusy } from './support/busy.ts';
import { shareNodes, type Node } from './support/nodes.ts';
import { timed, within } from './support/within.ts';

const CUTS = scaled(3, 100);
const FREEZES = scaled(1, 10);
/** What the connection that hears of commits sends first. */
const LISTEN = 'listen charla_log';

const nodes = shareNodes(3);

it(
  `misses and repeats nothing when the connection that hears of commits is cut ${CUTS} times`,
  { timeout: PATIENCE },
  async () => {
    const { random, load, heardFrom, finish } = await keepBusy(nodes);
    const delays: number[] = [];
    for (let i = 0; i < CUTS; i += 1) {
      const [deaf, other] = random.shuffle(nodes) as [Node, Node];
      expect(deaf.link.cut(LISTEN)).toBe(1);
      delays.push(await timed(within(10_000, heardFrom(other, deaf), `cut ${i} is made good`)));
      await load.ackedMore(random.int(1, 20));
    }
    const length = await finish();
    expect(load.followersLost).toEqual([]);
    print(`${CUTS} cuts in ${length} events: caught up in ${Math.max(...delays).toFixed()} ms`);
  },
);

it(
  'catches up within 10 s when the connection that hears of commits goes silent without breaking',
  { timeout: PATIENCE },
  async () => {
    const [deaf, other] = nodes as [Node, Node];
    // A node that writes finds holes by itself.
    const { load, heardFrom, finish } = await keepBusy(nodes, { writers: [other] });
    const delays: number[] = [];
    for (let i = 0; i < FREEZES; i += 1) {
      expect(deaf.link.freeze(LISTEN)).toBe(1);
      delays.push(await timed(within(10_000, heardFrom(other, deaf), `silence ${i} is found`)));
      // It also finds out that it is deaf, and listens again.
      await within(20_000, isReplaced(), 'another connection listens');
      delays.push(await timed(within(10_000, heardFrom(other, deaf), `silence ${i} is over`)));
    }
    async function isReplaced(): Promise<void> {
      const { accepted } = deaf.link.counts;
      while (deaf.link.counts.accepted === accepted) await load.ackedMore(1);
    }
    await finish();
    expect(load.followersLost).toEqual([]);
    print(`${FREEZES} silences: caught up in ${Math.max(...delays).toFixed()} ms`);
  },
);
