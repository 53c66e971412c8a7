import { expect, it } from 'vitest';
import { openLiveSocket, postMessage, type Frame } from '../../support/client.ts';
import type { Link } from '../support/link.ts';
import { PATIENCE, print, scaled } from '../support/scale.ts';
import { readLog, seqsById } from '../support/trail.ts';
import { keepBusy } from './support/busy.ts';
import { shareNodes } from './support/nodes.ts';
import { newRoom } from './support/room.ts';
import { within } from './support/within.ts';

const LOSSES = scaled(3, 50);

/** The last statement before COMMIT, and in the same packet; only the connection that writes sends it. */
const NOTIFY = 'charla_notify';

const ways: Readonly<Record<string, (link: Link) => Promise<void>>> = {
  'the answer to COMMIT': (link) => link.loseAnswerTo(NOTIFY, 'COMMIT\0'),
  COMMIT: (link) => link.loseRequest(NOTIFY),
};

const nodes = shareNodes(3);

it.each(Object.entries(ways))(
  'closes the socket with 1013 and answers 503 when %s is lost, and the repeat settles it',
  { timeout: PATIENCE },
  async (what, lose) => {
    const node = nodes[0]!;
    const { ana, room } = await newRoom(node);
    const isWritten = what !== 'COMMIT';

    const overSocket = { text: 'over a socket', clientMsgId: 'socket' };
    const socket = await openLiveSocket(node, ana.token, room.id);
    const lostSocket = lose(node.link);
    socket.send({ type: 'send', ...overSocket });
    expect((await socket.closed).code).toBe(1013);
    await lostSocket;
    const answersOf = (frames: readonly Frame[]) =>
      frames.filter(({ type }) => type === 'ack' || type === 'error');
    expect(answersOf(socket.frames)).toEqual([]);
    const again = await openLiveSocket(node, ana.token, room.id);
    const ack = await again.ask({ type: 'send', ...overSocket });
    expect(ack).toMatchObject({ type: 'ack', clientMsgId: 'socket' });
    expect(ack['duplicate'] ?? false).toBe(isWritten);

    const overHttp = { text: 'over HTTP', clientMsgId: 'http' };
    const lostRequest = lose(node.link);
    const unknown = await postMessage(node, ana.token, room.id, overHttp);
    await lostRequest;
    expect(unknown.status).toBe(503);
    expect((unknown.body as unknown as Frame)['code']).toBe('unavailable');
    expect(Number(unknown.headers.get('retry-after'))).toBeGreaterThan(0);
    const repeat = await postMessage(node, ana.token, room.id, overHttp);
    expect(repeat.status).toBe(isWritten ? 200 : 201);

    const seqs = seqsById(await readLog(nodes[1]!, ana.token, room.id));
    expect(seqs.get('socket')).toEqual([ack['seq']]);
    expect(seqs.get('http')).toEqual([repeat.body.seq]);
  },
);

it(
  `loses, doubles and refuses nothing when the outcome of ${LOSSES} commits is unknown under load`,
  { timeout: PATIENCE },
  async () => {
    const { random, load, finish } = await keepBusy(nodes);
    for (let i = 0; i < LOSSES; i += 1) {
      const [, lose] = random.pick(Object.entries(ways));
      await within(20_000, lose(random.pick(nodes).link), `loss ${i}`);
      await load.ackedMore(random.int(1, 30));
    }
    const length = await finish();
    expect(load.closeCodes).toContain(1013);
    expect(new Set(load.closeCodes)).toEqual(new Set([1013]));
    expect(load.followersLost).toEqual([]);
    print(`${LOSSES} unknown outcomes, ${load.closeCodes.length} sockets closed, ${length} events`);
  },
);
