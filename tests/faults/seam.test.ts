import { expect, it } from 'vitest';
import { createRoom, joinRoom, signUp } from '../support/client.ts';
import { History } from './support/history.ts';
import { Load } from './support/load.ts';
import { PATIENCE, print, scaled, seeded } from './support/scale.ts';
import { Site } from './support/site.ts';
import { tapRoom, tapStream } from './support/taps.ts';
import { readLog, Trail } from './support/trail.ts';

const RESUMES = scaled(40, 5000);
/** Clients that resume at the same time. */
const AT_ONCE = 8;
/** Most resumes miss at most so many events, because short replays reach the switch to live soonest. */
const RECENT = 300;

it.each(['websocket', 'sse'] as const)(
  `leaves no gap and no repeat on %s in ${RESUMES} resumes at random points while others write`,
  { timeout: PATIENCE },
  async (transport) => {
    const random = seeded();
    const site = new Site();
    const server = await site.start();
    const history = new History();
    const load = new Load(site, random, history);
    const ana = await signUp(server, 'Ana');
    const bo = await signUp(server, 'Bo');
    const rooms = [
      await createRoom(server, ana.token, 'one'),
      await createRoom(server, ana.token, 'two'),
    ];
    for (const { id } of rooms) await joinRoom(server, bo.token, id);
    /** Every position in the log: its cursor, and the head of each room there. */
    const positions: { id: string; seqs: number[] }[] = [];
    const witness = new Trail('the witness', history);
    const heads = new Map(rooms.map(({ id }) => [id, 3]));
    const stream = tapStream(server, bo.token, undefined, (json, id) => {
      witness.take(json, id);
      for (const room of rooms) heads.set(room.id, witness.lastSeq(room.id) ?? heads.get(room.id)!);
      if (id !== null) positions.push({ id, seqs: rooms.map((room) => heads.get(room.id)!) });
    });
    await stream.live;
    for (const { id } of rooms) load.sendOverSocket(ana.token, id, 2);
    load.sendOverHttp(ana.token, rooms[0]!.id);
    await load.ackedMore(50);

    let resumed = 0;
    const resume = async () => {
      const since = random.chance(0.05) ? 0 : Math.max(0, positions.length - RECENT);
      const { id, seqs } = positions[random.int(since, positions.length - 1)]!;
      const reader = new Trail(`resume ${resumed} from ${id}`, history);
      rooms.forEach((room, i) => reader.startAt(room.id, seqs[i]!));
      const room = random.int(0, 1);
      const tap =
        transport === 'websocket'
          ? tapRoom(server, bo.token, rooms[room]!.id, { after: seqs[room]! }, reader.take)
          : tapStream(server, bo.token, id, reader.take);
      if (!(await tap.live)) history.violate(`resume ${resumed} did not become live`);
      // It stays for a while, so that events after the switch to live are checked, too.
      await reader.until(rooms[room]!.id, heads.get(rooms[room]!.id)! + random.int(0, 5));
      tap.end();
    };
    const client = async () => {
      while (resumed < RESUMES && history.violations.length === 0) {
        resumed += 1;
        await resume();
      }
    };
    const before = load.acked;
    await Promise.all(Array.from({ length: AT_ONCE }, client));
    const meanwhile = load.acked - before;
    await load.finishSending();
    for (const { id } of rooms) {
      const log = await readLog(server, ana.token, id);
      await witness.until(id, log.length);
      await history.check(id, async () => log);
    }
    expect(history.violations).toEqual([]);
    expect(meanwhile).toBeGreaterThan(RESUMES / 4);
    print(
      `${transport}: ${resumed} resumes while ${meanwhile} messages were written: no gap, no repeat`,
    );
  },
);
