import { expect, it } from 'vitest';
import { openLiveSocket, postMessage, type Frame } from '../../support/client.ts';
import type { Link } from '../support/link.ts';
import { PATIENCE, percentile, print, scaled, slowness } from '../support/scale.ts';
import { readLog, seqsById } from '../support/trail.ts';
import { keepBusy } from './support/busy.ts';
import { shareNodes, type Node } from './support/nodes.ts';
import { newRoom } from './support/room.ts';
import { timed, within } from './support/within.ts';

const CUTS = scaled(3, 100);
const SILENCES = scaled(1, 10);
/** What the connection that hears of commits sends first. */
const LISTEN = 'listen charla_log';
const LOSSES = scaled(3, 50);

/** The last statement before COMMIT, and in the same packet; only the connection that writes sends it. */
const NOTIFY = 'charla_notify';

const ways: Readonly<Record<string, (link: Link) => Promise<void>>> = {
  'the answer to COMMIT': (link) => link.loseAnswerTo(NOTIFY, 'COMMIT\0'),
  COMMIT: (link) => link.loseRequest(NOTIFY),
};
const LOCKED = scaled(1, 10);
const ACKS = scaled(10, 200);
/** How the first statement of a group ends: it takes the lock. */
const LOCK = `key = 'epoch' for update`;
/** A node that is frozen with the lock delays the others for so long, in milliseconds. */
const MAX_DELAY_MS = 5000;
const WAY_MS = 50;

const isLate = (ms: number) => ms > MAX_DELAY_MS * slowness();

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
    for (let i = 0; i < SILENCES; i += 1) {
      expect(deaf.link.freeze(LISTEN)).toBe(1);
      delays.push(await timed(within(10_000, heardFrom(other, deaf), `silence ${i} is found`)));
      // It also finds out that it is deaf, and listens again.
      const listening = () => deaf.link.openWith(LISTEN);
      await expect.poll(listening, { timeout: 20_000 }).toBe(2);
      deaf.link.thaw();
      await expect.poll(listening, { timeout: 10_000 }).toBe(1);
      delays.push(await timed(within(10_000, heardFrom(other, deaf), `silence ${i} is over`)));
    }
    await finish();
    expect(load.followersLost).toEqual([]);
    print(`${SILENCES} silences: caught up in ${Math.max(...delays).toFixed()} ms`);
  },
);

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
    // Which senders a lost commit has is chance; the test above proves that theirs are closed.
    expect(load.closeCodes.filter((code) => code !== 1013)).toEqual([]);
    expect(load.followersLost).toEqual([]);
    print(`${LOSSES} unknown outcomes, ${load.closeCodes.length} sockets closed, ${length} events`);
  },
);

it(
  'delays the other nodes for at most 5 s when the link of a node freezes while it holds the lock',
  { timeout: PATIENCE },
  async () => {
    const [frozen, ...others] = nodes as [Node, ...Node[]];
    const { ana, room } = await newRoom(frozen);
    const delays: number[] = [];
    const statuses: number[] = [];
    for (let i = 0; i < LOCKED; i += 1) {
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
    expect(log).toHaveLength(3 * LOCKED);
    print(`${LOCKED} freezes: the others waited ${Math.max(...delays).toFixed()} ms`);
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
