import { expect, it } from 'vitest';
import { createRoom, signUp, type Account } from '../support/client.ts';
import { Load } from './support/load.ts';
import { PATIENCE, print, scaled, seeded } from './support/scale.ts';
import { Site } from './support/site.ts';
import { Ledger, readLog, seqsById, Trail } from './support/trail.ts';

const KILLS = scaled(3, 50);
const STOPS = scaled(2, 20);

/** A server under load: five senders over two doors, in two rooms, and four who follow. */
async function underLoad(site: Site) {
  const random = seeded();
  const ledger = new Ledger();
  const load = new Load(site, random, ledger);
  const child = await site.start();
  const ana = await signUp(child, 'Ana');
  const bo = await signUp(child, 'Bo');
  const rooms = [
    await createRoom(child, ana.token, 'one'),
    await createRoom(child, bo.token, 'two'),
  ];
  const [one, two] = rooms.map((room) => room.id) as [string, string];

  const trails = {
    ws: [new Trail('socket 1', ledger), new Trail('socket 2', ledger)],
    sse: new Trail('stream', ledger),
  };
  trails.ws[0]!.startAt(one, 0);
  trails.ws[1]!.startAt(two, 0);
  load.followRoom(trails.ws[0]!, bo.token, one);
  load.followRoom(trails.ws[1]!, ana.token, two);
  load.sendOverSocket(ana.token, one, 8);
  load.sendOverSocket(bo.token, one, 8);
  load.sendOverSocket(bo.token, two, 8);
  await load.ackedMore(10);
  // By now both are members of both, so that the stream tells of everything from here on.
  load.followAll(trails.sse, ana.token);
  load.sendOverHttp(ana.token, two);
  load.sendOverHttp(bo.token, one);

  /** Everything acked so far is in the logs, once, under its seq. `from` says where to look. */
  const known = new Map(rooms.map(({ id }) => [id, 0]));
  const looked = new Map<string, number>();
  const check = async (who: Account, afresh: boolean) => {
    const acked = new Map(load.acked);
    const at = await site.up();
    const found = new Map(afresh ? [] : looked);
    for (const { id } of rooms) {
      const log = await readLog(at, who.token, id, afresh ? 0 : known.get(id));
      known.set(id, Number(log.at(-1)?.['seq'] ?? known.get(id)));
      for (const [name, seqs] of seqsById(log)) {
        if (seqs.length > 1 || found.has(name)) ledger.faults.push(`${name} was written twice`);
        found.set(name, seqs[0]!);
      }
      if (afresh) ledger.compare(log);
    }
    for (const [name, seq] of found) looked.set(name, seq);
    for (const [name, seq] of acked) {
      if (found.get(name) !== seq)
        ledger.faults.push(`${name}, acked as ${seq}, is ${found.get(name)}`);
    }
    expect(ledger.faults).toEqual([]);
  };
  const finish = async () => {
    await load.finishSending();
    for (const [i, { id }] of rooms.entries()) {
      const head = (await readLog(site.child, ana.token, id)).length;
      await Promise.all([trails.ws[i]!.until(id, head), trails.sse.until(id, head)]);
    }
    await load.finishFollowing();
    await check(ana, true);
  };
  return { random, load, ledger, check: async () => check(ana, false), finish };
}

it(
  `loses nothing that it acked, and leaves no hole and no repeat, when it is killed ${KILLS} times under load`,
  { timeout: PATIENCE },
  async () => {
    const site = new Site();
    const { random, load, check, finish } = await underLoad(site);
    for (let i = 0; i < KILLS; i += 1) {
      await load.ackedMore(random.int(1, 400));
      expect(await site.stop('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
      await site.start();
      await check();
    }
    await finish();
    print(`kill -9: ${KILLS} times, ${load.acked.size} messages acked, all there once`);
  },
);

it(
  `loses nothing that it acked, ends with 0 and tells everybody 1012, when it is stopped ${STOPS} times under load`,
  { timeout: PATIENCE },
  async () => {
    const site = new Site();
    const { random, load, check, finish } = await underLoad(site);
    const ends: number[] = [];
    for (let i = 0; i < STOPS; i += 1) {
      await load.ackedMore(random.int(1, 400));
      const since = performance.now();
      expect(await site.stop('SIGTERM')).toEqual({ code: 0, signal: null });
      ends.push(performance.now() - since);
      await site.start();
      await check();
    }
    await finish();
    expect(load.closeCodes.length).toBeGreaterThanOrEqual(STOPS * 5);
    expect([...new Set(load.closeCodes)]).toEqual([1012]);
    print(
      `SIGTERM: ${STOPS} times, ${load.acked.size} messages acked, all there once; ` +
        `${load.closeCodes.length} sockets closed, all with 1012; ended within ${Math.round(Math.max(...ends))} ms`,
    );
  },
);
