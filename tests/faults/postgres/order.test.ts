import { expect, it } from 'vitest';
import { openLiveSocket, postMessage } from '../../support/client.ts';
import { times } from '../../support/times.ts';
import { Asker } from '../support/asker.ts';
import { PATIENCE, print, scaled, seeded } from '../support/scale.ts';
import { readLog, seqsById } from '../support/trail.ts';
import { keepBusy } from './support/busy.ts';
import { shareNodes } from './support/nodes.ts';
import { newRoom } from './support/room.ts';

const SENDS = scaled(500, 50_000);
const WINDOW = scaled(32, 256);
const IDS = scaled(100, 3000);
/** Ids that race at the same time. */
const BATCH = 100;

const nodes = shareNodes(3);

it(
  `shows ${SENDS} concurrent sends of one room in the same order on three nodes, over every transport`,
  { timeout: PATIENCE },
  async () => {
    const { load, finish } = await keepBusy(nodes, { window: WINDOW });
    await load.ackedMore(SENDS);
    const length = await finish();
    expect(load.followersLost).toEqual([]);
    print(`${load.acked} sends on three nodes, ${6 * length} deliveries: no violation`);
  },
);

it(
  `writes each of ${IDS} ids once when three nodes race to send it, and returns the same seq on all`,
  { timeout: PATIENCE },
  async () => {
    const random = seeded();
    const { ana, room } = await newRoom(nodes[0]!);
    const { token } = ana;
    const sockets = await times(3, (i) => openLiveSocket(nodes[i]!, token, room.id));
    const askers = sockets.map(({ ws }) => new Asker(ws.removeAllListeners('message')));
    const send = async (clientMsgId: string, node: number) => {
      const message = { text: `text of ${clientMsgId}`, clientMsgId };
      if (random.chance(0.8)) {
        const { seq, duplicate = false } = await askers[node]!.ask({ type: 'send', ...message });
        return { seq: Number(seq), isNew: duplicate === false };
      }
      const { status, body } = await postMessage(nodes[node]!, token, room.id, message);
      return { seq: body.seq, isNew: status === 201 };
    };
    const answers = new Map<string, { seq: number; isNew: boolean }[]>();
    for (let from = 0; from < IDS; from += BATCH) {
      const ids = Array.from({ length: BATCH }, (_, i) => `id ${from + i}`);
      const attempts = ids.flatMap((id) => [0, 1, 2].map((node) => ({ id, node })));
      await Promise.all(
        random.shuffle(attempts).map(async ({ id, node }) => {
          const answer = await send(id, node);
          answers.set(id, [...(answers.get(id) ?? []), answer]);
        }),
      );
    }

    const log = await readLog(nodes[2]!, token, room.id, room.lastSeq);
    const written = seqsById(log);
    for (const [id, all] of answers) {
      const [seq, ...more] = written.get(id) ?? [];
      expect(more).toEqual([]);
      expect(all.map((answer) => answer.seq)).toEqual([seq, seq, seq]);
      expect(all.filter(({ isNew }) => isNew)).toHaveLength(1);
    }
    expect(log).toHaveLength(IDS);
    print(`${IDS} ids raced on three nodes: ${log.length} rows`);
  },
);
