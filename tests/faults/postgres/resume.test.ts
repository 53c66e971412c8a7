import { expect, it } from 'vitest';
import { times } from '../../support/times.ts';
import { History } from '../support/history.ts';
import { Load } from '../support/load.ts';
import { PATIENCE, print, scaled, seeded } from '../support/scale.ts';
import { tapRoom, tapStream } from '../support/taps.ts';
import { readLog, Trail } from '../support/trail.ts';
import { shareNodes } from './support/nodes.ts';
import { newRoom } from './support/room.ts';
import { within } from './support/within.ts';

const RESUMES = scaled(24, 3000);
/** Clients that resume at the same time. */
const AT_ONCE = 8;
/** Most resumes miss at most so many events: then the other node may not have heard of the cursor yet. */
const RECENT = 50;

const nodes = shareNodes(3);

it.each(['websocket', 'sse'] as const)(
  `leaves no gap and no repeat on %s in ${RESUMES} resumes on other nodes while all of them write`,
  { timeout: PATIENCE },
  async (transport) => {
    const random = seeded();
    const witnessed = nodes[0]!;
    const history = new History();
    const load = new Load(witnessed, random, history);
    const { ana, bo, room } = await newRoom(witnessed);
    const { id: roomId } = room;
    /** Every event that the witness has received: its cursor, and the head of the room there. */
    const positions: { id: string; seq: number }[] = [];
    const witness = new Trail('the witness', history);
    witness.startAt(roomId, room.lastSeq);
    const head = () => witness.lastSeq(roomId)!;
    const stream = tapStream(witnessed, bo.token, undefined, (json, id) => {
      witness.take(json, id);
      if (id !== null) positions.push({ id, seq: head() });
    });
    await stream.live;
    for (const node of nodes) {
      load.sendOverSocket(ana.token, roomId, 2, node);
      load.sendOverHttp(ana.token, roomId, node);
    }
    await load.ackedMore(RECENT);

    let resumed = 0;
    const resume = async () => {
      const since = random.chance(0.05) ? 0 : Math.max(0, positions.length - RECENT);
      const { id, seq } = positions[random.int(since, positions.length - 1)]!;
      const reader = new Trail(`resume ${resumed} from ${id}`, history);
      reader.startAt(roomId, seq);
      const other = nodes[random.int(1, 2)]!;
      const tap =
        transport === 'websocket'
          ? tapRoom(other, bo.token, roomId, { after: seq }, reader.take)
          : tapStream(other, bo.token, id, reader.take);
      if (!(await tap.live)) history.violate(`resume ${resumed} did not become live`);
      // It stays for a while, so that events after the switch to live are checked, too.
      await reader.until(roomId, head() + random.int(0, 5));
      tap.end();
    };
    const client = async () => {
      while (resumed < RESUMES && history.violations.length === 0) {
        resumed += 1;
        await within(20_000, resume(), `resume ${resumed}`);
      }
    };
    const before = load.acked;
    await times(AT_ONCE, client);
    const meanwhile = load.acked - before;
    await load.finishSending();
    const log = await readLog(nodes[1]!, ana.token, roomId);
    await within(10_000, witness.until(roomId, log.length), 'the witness is at the head');
    await history.check(roomId, async () => log);
    expect(history.violations).toEqual([]);
    expect(meanwhile).toBeGreaterThan(RESUMES / 4);
    print(`${transport}: ${resumed} resumes on other nodes, ${meanwhile} messages meanwhile`);
  },
);
