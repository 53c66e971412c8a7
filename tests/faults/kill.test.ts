import { expect, it } from 'vitest';
import { createRoom, signUp } from '../support/client.ts';
import { History } from './support/history.ts';
import { Load } from './support/load.ts';
import { PATIENCE, print, scaled, seeded } from './support/scale.ts';
import { Site } from './support/site.ts';
import { readLog, Trail } from './support/trail.ts';

const KILLS = scaled(1, 50);
const STOPS = scaled(1, 20);

/** A server under load: five senders over both transports, in two rooms, and three followers. */
async function underLoad(site: Site) {
  const random = seeded();
  const history = new History();
  const load = new Load(site, random, history);
  const child = await site.start();
  const ana = await signUp(child, 'Ana');
  const bo = await signUp(child, 'Bo');
  const rooms = [
    await createRoom(child, ana.token, 'one'),
    await createRoom(child, bo.token, 'two'),
  ];
  const [one, two] = rooms.map((room) => room.id) as [string, string];

  const trails = {
    ws: [new Trail('socket 1', history), new Trail('socket 2', history)],
    sse: new Trail('stream', history),
  };
  trails.ws[0]!.startAt(one, 0);
  trails.ws[1]!.startAt(two, 0);
  load.followRoom(trails.ws[0]!, bo.token, one);
  load.followRoom(trails.ws[1]!, ana.token, two);
  load.sendOverSocket(ana.token, one, 8);
  load.sendOverSocket(bo.token, one, 8);
  load.sendOverSocket(bo.token, two, 8);
  await load.ackedMore(10);
  // By now both are members of both rooms, so the stream delivers everything from here on.
  load.followAll(trails.sse, ana.token);
  load.sendOverHttp(ana.token, two);
  load.sendOverHttp(bo.token, one);

  const checkedUpTo = new Map(rooms.map(({ id }) => [id, 0]));
  /**
   * Checks that the logs contain every message acked so far, once and under its seq. Reads the logs from the
   * beginning if `isFull`, otherwise from where the last check ended.
   */
  const check = async (isFull: boolean) => {
    const at = await site.up();
    for (const { id } of rooms) {
      const after = isFull ? 0 : checkedUpTo.get(id)!;
      const read = async () => readLog(at, ana.token, id, after);
      const log = await history.check(id, read, after);
      checkedUpTo.set(id, after + log.length);
    }
    expect(history.violations).toEqual([]);
  };
  const finish = async () => {
    await load.finishSending();
    for (const [i, { id }] of rooms.entries()) {
      const head = (await readLog(site.child, ana.token, id)).length;
      await Promise.all([trails.ws[i]!.until(id, head), trails.sse.until(id, head)]);
    }
    await load.finishFollowing();
    await check(true);
  };
  return { random, load, check: async () => check(false), finish };
}

it(
  `loses no acked message, and leaves no gap and no repeat, when it is killed ${KILLS} times under load`,
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
    print(`kill -9: ${KILLS} times, ${load.acked} messages acked, each written once`);
  },
);

it(
  `loses no acked message, exits with 0 and closes every socket by 1012 when it is stopped ${STOPS} times under load`,
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
      `SIGTERM: ${STOPS} times, ${load.acked} messages acked, each written once; ` +
        `${load.closeCodes.length} sockets closed, all by 1012; exited within ${Math.round(Math.max(...ends))} ms`,
    );
  },
);
