import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { History } from './history.ts';
import { contradictRealTime } from './real-time.ts';
import { seeded, type Random } from './scale.ts';
import { createdEvent, ROOMS, Script } from './scripts.ts';

const SENDS = 2000;

const kindsOf = (violations: readonly string[]) =>
  new Set(violations.map((violation) => violation.split(':')[0]));

/** Each fault, what the checker calls it, and how to plant it. */
const faults: [fault: string, kinds: string[], plant: (script: Script, random: Random) => void][] =
  [
    [
      'an acked message that is in no log',
      ['lost'],
      (script, random) => {
        const last = script.logs.get(random.pick(ROOMS))!.pop()!;
        script.remove((step) => step.event === last);
        if (!script.ackOf(last)) script.ack(last);
      },
    ],
    [
      "a message that was acked under the seq of another's",
      ['lost'],
      (script, random) => {
        const event = script.pick(random, 'acked');
        script.ack({ ...event, message: { clientMsgId: 'in no log' } });
      },
    ],
    [
      'an event that a reader received and that is in no log',
      ['lost'],
      (script, random) => {
        const last = script.logs.get(random.pick(ROOMS))!.pop()!;
        const ack = script.ackOf(last);
        script.remove((step) => step === ack);
      },
    ],
    [
      'an acked message that a reader skipped',
      ['hole', 'lost'],
      (script, random) => {
        const event = script.pick(random, 'acked');
        script.remove((step) => step.event === event && step.reader === 'stream');
      },
    ],
    [
      'an event that a reader skipped',
      ['hole'],
      (script, random) => {
        const event = script.pick(random, 'unacked');
        script.remove((step) => step.event === event && step.reader === 'stream');
      },
    ],
    [
      'a hole in the log',
      ['hole', 'lost'],
      (script, random) => {
        const event = script.pick(random, 'acked');
        const log = script.logs.get(event['roomId'])!;
        log.splice(log.indexOf(event), 1);
      },
    ],
    [
      'a message that was written twice',
      ['doubled'],
      (script, random) => {
        const { roomId, message } = script.pick(random, 'acked');
        const log = script.logs.get(roomId)!;
        log.push(createdEvent(roomId, log.length + 1, message.clientMsgId));
      },
    ],
    [
      'a message that was acked under two seqs',
      ['doubled'],
      (script, random) => {
        const event = script.pick(random, 'acked');
        script.ack({ ...event, seq: event['seq'] + 1 });
      },
    ],
    [
      'an event that a reader received twice',
      ['doubled'],
      (script, random) => {
        const event = script.pick(random, 'acked');
        const index = script.steps.findIndex((step) => step.event === event);
        script.steps.splice(index + random.int(1, 30), 0, script.steps[index]!);
      },
    ],
    [
      'an event that a reader received after a later one',
      ['hole', 'reordered'],
      (script, random) => {
        const event = script.pick(random, 'acked');
        const next = script.logs.get(event['roomId'])![event['seq']]!;
        for (const step of script.steps.filter(({ reader }) => reader === 'socket 2')) {
          if (step.event === event) step.event = next;
          else if (step.event === next) step.event = event;
        }
      },
    ],
    [
      'an event that is another one to a reader',
      ['reordered'],
      (script, random) => {
        const event = script.pick(random, 'acked');
        const other = createdEvent(event['roomId'], event['seq'], 'of somebody else');
        for (const step of script.steps) {
          if (step.event === event && step.reader === 'socket 2') step.event = other;
        }
      },
    ],
    [
      'a message whose seq is below that of one acked before it was sent',
      ['real time'],
      (script, random) => {
        const event = script.pick(random, 'acked');
        const log = script.logs.get(event['roomId'])!;
        // 150 messages later is some 300 ms later. No send takes half as long.
        const later = log.slice((event['seq'] + 150) % (log.length - 50));
        const other = later.find((one) => script.ackOf(one))!;
        script.swap(event, other);
      },
    ],
    [
      'a message that is written although it was refused',
      ['refused'],
      (script, random) => {
        const event = script.pick(random, 'unacked');
        script.refuse(event);
      },
    ],
  ];

describe('the checker of histories', () => {
  it(`finds nothing in ${SENDS} sends to a server that keeps its guarantees`, async () => {
    const script = new Script(seeded(), SENDS);
    expect(await script.play()).toEqual([]);
  });

  it.each(faults)('finds %s, and calls it %j', async (_, kinds, plant) => {
    const random = seeded();
    const script = new Script(random, SENDS);
    plant(script, random);
    const violations = await script.play();
    expect(kindsOf(violations), violations.join('\n')).toEqual(new Set(kinds));
  });

  it('takes the time of a message from its first attempt to its first ack', async () => {
    let now = 0;
    const history = new History(() => (now += 1));
    const check = () =>
      history.check('one', async () => [createdEvent('one', 1, 'b'), createdEvent('one', 2, 'a')]);
    history.sent('one', 'a');
    history.sent('one', 'b');
    history.acked('one', 'a', 2);
    history.sent('one', 'b');
    history.acked('one', 'b', 1);
    await check();
    expect(history.violations).toEqual([]);
    history.sent('one', 'c');
    history.acked('one', 'a', 2);
    history.acked('one', 'c', 1);
    await check();
    expect(kindsOf(history.violations)).toEqual(new Set(['lost', 'real time']));
  });

  it('allows that a repeat is written after a refusal', async () => {
    const history = new History();
    history.sent('one', 'a');
    history.refused('one', 'a');
    history.sent('one', 'a');
    await history.check('one', async () => [createdEvent('one', 1, 'a')]);
    expect(history.violations).toEqual([]);
  });

  it('demands of a log what was acked and received before it was read, and nothing later', async () => {
    let now = 0;
    const history = new History(() => (now += 1));
    history.sent('one', 'a');
    history.sent('one', 'b');
    history.acked('one', 'a', 1);
    const log = [createdEvent('one', 1, 'a')];
    await history.check('one', async () => {
      history.acked('one', 'b', 2);
      history.received('socket', createdEvent('one', 2, 'b'));
      return log;
    });
    expect(history.violations).toEqual([]);
    await history.check('one', async () => log);
    expect(history.violations).toHaveLength(2);
  });

  it('checks a log that was read from the middle', async () => {
    const check = async (...seqs: number[]) => {
      const history = new History();
      for (const [i, id] of ['a', 'b', 'c'].entries()) history.acked('one', id, i + 1);
      const log = seqs.map((seq) => createdEvent('one', seq, 'abc'[seq - 1]!));
      await history.check('one', async () => log, 1);
      return history.violations;
    };
    expect(await check(2, 3)).toEqual([]);
    expect(await check(3)).toEqual([
      'hole: the log received 3 after 1',
      'lost: b, acked as 2, is not in the log',
      'lost: b, acked as 2, was skipped by the log',
    ]);
  });

  it('lists each violation once, and ten of a kind', () => {
    const history = new History();
    for (let i = 0; i < 40; i += 1)
      history.received('socket', createdEvent('one', 1 + (i % 20) * 2, 'id'));
    const doubled = history.violations.filter((violation) => violation.startsWith('doubled'));
    expect(doubled).toHaveLength(11);
    expect(doubled.at(-1)).toBe('doubled: 29 more');
  });
});

const time = fc.oneof(fc.integer({ min: 0, max: 30 }), fc.constant(Infinity));
const timedSends = fc.array(
  fc.record({ startedAt: time, ackedAt: time, seq: fc.integer({ min: 0, max: 20 }) }),
);

it('the order against real time is what comparing all pairs finds', () => {
  fc.assert(
    fc.property(timedSends, (drawn) => {
      const sends = drawn.map((send, i) => ({ ...send, id: `<${i}>` }));
      const late = sends.filter(
        ({ startedAt, seq }) =>
          seq > 0 &&
          startedAt < Infinity &&
          sends.some((other) => other.ackedAt < startedAt && other.seq > seq),
      );
      const found = contradictRealTime(sends).map((text) => /, (<\d+>) was sent/.exec(text)![1]);
      expect(new Set(found)).toEqual(new Set(late.map(({ id }) => id)));
    }),
  );
});
