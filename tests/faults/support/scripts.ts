import type { Frame } from '../../support/client.ts';
import { History } from './history.ts';
import type { Random } from './scale.ts';

/** What happens in a history, at a time in milliseconds. */
interface Step {
  readonly type: 'sent' | 'acked' | 'refused' | 'received';
  readonly at: number;
  readonly roomId: string;
  /** The clientMsgId, of a send. */
  id?: string;
  /** Of an ack. */
  seq?: number;
  readonly reader?: string;
  /** What the reader received. */
  event?: Frame;
}

export const ROOMS = ['one', 'two'];

/** How late each reader receives an event, in milliseconds after its commit. */
const DELAYS = { 'socket 1': 2, 'socket 2': 15, stream: 40 };

export const createdEvent = (roomId: string, seq: number, id: string): Frame => ({
  type: 'message.created',
  roomId,
  seq,
  actor: { id: 'ana' },
  message: { seq, clientMsgId: id },
});

/**
 * A made-up history of a server that keeps its guarantees, as data, in which a test plants a fault. Some sends are
 * refused, some repeated, and some never answered.
 */
export class Script {
  readonly steps: Step[] = [];
  /** The log of each room. */
  readonly logs = new Map(ROOMS.map((roomId) => [roomId, [] as Frame[]]));

  constructor(random: Random, sends: number) {
    const written: { roomId: string; id: string; committedAt: number }[] = [];
    for (let i = 0; i < sends; i += 1) {
      const roomId = random.pick(ROOMS);
      const id = `id ${i}`;
      const at = random.next() * sends;
      this.steps.push({ type: 'sent', at, roomId, id });
      if (random.chance(0.05)) {
        this.steps.push({ type: 'refused', at: at + random.int(1, 20), roomId, id });
      } else if (!random.chance(0.05)) {
        const committedAt = at + random.next() * 100;
        // A client repeats what is not acked after 50 ms.
        if (committedAt > at + 50) this.steps.push({ type: 'sent', at: at + 50, roomId, id });
        written.push({ roomId, id, committedAt });
      }
    }
    written.sort((a, b) => a.committedAt - b.committedAt);
    for (const { roomId, id, committedAt } of written) {
      const log = this.logs.get(roomId)!;
      const seq = log.length + 1;
      const event = createdEvent(roomId, seq, id);
      log.push(event);
      const ackedAt = committedAt + random.next() * 20;
      if (random.chance(0.9)) this.steps.push({ type: 'acked', at: ackedAt, roomId, id, seq });
      for (const [reader, delay] of Object.entries(DELAYS)) {
        this.steps.push({ type: 'received', at: committedAt + delay, roomId, reader, event });
      }
    }
    this.steps.sort((a, b) => a.at - b.at);
  }

  /** Plays the steps, checks every room, and returns the violations. */
  async play(): Promise<readonly string[]> {
    let now = 0;
    const history = new History(() => now);
    for (const { type, at, roomId, id, seq, reader, event } of this.steps) {
      now = at;
      if (type === 'received') history.received(reader!, event!);
      else if (type === 'acked') history.acked(roomId, id!, seq!);
      else history[type](roomId, id!);
    }
    for (const [roomId, log] of this.logs) await history.check(roomId, async () => log);
    return history.violations;
  }

  ackOf({ roomId, message }: Frame): Step | undefined {
    return this.steps.find(
      (step) => step.type === 'acked' && step.roomId === roomId && step.id === message.clientMsgId,
    );
  }

  /** An event from the middle of a log. */
  pick(random: Random, kind: 'acked' | 'unacked'): Frame {
    const log = this.logs.get(random.pick(ROOMS))!;
    const middle = random.shuffle(log.slice(100, -100));
    return middle.find((event) => Boolean(this.ackOf(event)) === (kind === 'acked'))!;
  }

  remove(isMeant: (step: Step) => boolean): void {
    const kept = this.steps.filter((step) => !isMeant(step));
    this.steps.splice(0, this.steps.length, ...kept);
  }

  /** Adds an ack of an event's message, as the last step. */
  ack({ roomId, seq, message }: Frame): void {
    const { at } = this.steps.at(-1)!;
    this.steps.push({ type: 'acked', at, roomId, id: message.clientMsgId, seq });
  }

  /** Adds a refusal of each attempt to send an event's message. */
  refuse({ message }: Frame): void {
    const { at } = this.steps.at(-1)!;
    const attempts = this.steps.filter(
      ({ type, id }) => type === 'sent' && id === message.clientMsgId,
    );
    this.steps.push(...attempts.map((step) => ({ ...step, type: 'refused' as const, at })));
  }

  /** Lets two acked messages trade seqs, to their senders and to all readers. */
  swap(one: Frame, other: Frame): void {
    const [ack, otherAck] = [this.ackOf(one)!, this.ackOf(other)!];
    [ack.seq, otherAck.seq] = [otherAck.seq!, ack.seq!];
    [one['message'], other['message']] = [
      { ...one['message'], clientMsgId: other['message'].clientMsgId },
      { ...other['message'], clientMsgId: one['message'].clientMsgId },
    ];
  }
}
