import type { Frame } from '../../support/client.ts';
import { contradictRealTime, type TimedSend } from './real-time.ts';
import { Violations } from './violations.ts';

/** A message that clients send, over all of its attempts. */
interface Send extends TimedSend {
  attempts: number;
  refusals: number;
}

const newSend = (id: string): Send => ({
  id,
  startedAt: Infinity,
  ackedAt: Infinity,
  seq: 0,
  attempts: 0,
  refusals: 0,
});

/** An event as its first reader received it. */
interface Seen {
  readonly identity: string;
  readonly by: string;
  readonly at: number;
}

/** How far a reader has read a room. */
interface Reading {
  last: number | undefined;
  /** The seqs before `last` that it did not receive. */
  readonly skipped: Set<number>;
}

class Room {
  readonly sends = new Map<string, Send>();
  readonly seen = new Map<number, Seen>();
  readonly readings = new Map<string, Reading>();
}

/** The parts of an event that are the same in every delivery. */
const identityOf = ({ roomId, seq, type, at, actor, message, user }: Frame) =>
  [roomId, seq, type, at, actor?.id, message?.seq, message?.clientMsgId, user?.id].join(' ');

/** The clientMsgId of the message that an event created. */
const createdId = ({ type, message }: Frame): string | undefined =>
  type === 'message.created' && message.clientMsgId ? String(message.clientMsgId) : undefined;

/**
 * Records what clients sent and what readers received, over any number of servers, and finds what contradicts the
 * guarantees. A violation starts with its kind:
 *
 * - lost: acked or received, but not in the log; or acked, and skipped by a reader;
 * - doubled: one message under two seqs, or a seq that a reader received twice;
 * - reordered: a reader received a seq after a later one, or two readers received different events under one seq;
 * - hole: a reader skipped a seq;
 * - real time: a message was acked before another one was sent, and yet has a higher seq;
 * - refused: all attempts to send a message were refused, and yet it was written.
 *
 * The log is one of the readers. A send that was neither acked nor refused may be written or not.
 */
export class History {
  readonly #violations = new Violations();
  readonly #rooms = new Map<string, Room>();
  readonly #now: () => number;

  constructor(now = () => performance.now()) {
    this.#now = now;
  }

  get violations(): readonly string[] {
    return this.#violations.list();
  }

  /** Adds what contradicts the guarantees in another way. */
  violate(what: string): void {
    this.#violations.add('unexpected', what);
  }

  /** Notes the start of an attempt. A repeat is another attempt of the same clientMsgId. */
  sent(roomId: string, clientMsgId: string): void {
    const send = this.#send(roomId, clientMsgId);
    send.startedAt = Math.min(send.startedAt, this.#now());
    send.attempts += 1;
  }

  /** Returns whether this is the message's first ack. */
  acked(roomId: string, clientMsgId: string, seq: number): boolean {
    const send = this.#send(roomId, clientMsgId);
    const isFirst = send.ackedAt === Infinity;
    if (isFirst) send.ackedAt = this.#now();
    this.#know(send, seq, 'acked');
    return isFirst;
  }

  /** Notes that an attempt ended with a refusal which says that nothing was written. */
  refused(roomId: string, clientMsgId: string): void {
    const send = this.#send(roomId, clientMsgId);
    send.refusals += 1;
    this.#compareRefusals(send);
  }

  /** Sets the last seq that a reader has; the room's next event must follow it. */
  startAt(reader: string, roomId: string, seq: number): void {
    this.#room(roomId).readings.set(reader, { last: seq, skipped: new Set() });
  }

  /** The last seq that a reader has. */
  lastSeq(reader: string, roomId: string): number | undefined {
    return this.#room(roomId).readings.get(reader)?.last;
  }

  /** Notes that a reader received a durable event. */
  received(reader: string, event: Frame): void {
    const seq = Number(event['seq']);
    const room = this.#room(String(event['roomId']));
    this.#advance(room, reader, seq);
    this.#compareSeen(room, reader, seq, identityOf(event));
    const id = createdId(event);
    if (id === undefined) return;
    const send = this.#send(String(event['roomId']), id);
    this.#know(send, seq, `received by ${reader}`);
    this.#compareRefusals(send);
  }

  /**
   * Reads a room's log, after the seq `after`, and compares it with what was acked and received before; checks
   * the order against real time. Returns the log.
   */
  async check(
    roomId: string,
    read: () => Promise<readonly Frame[]>,
    after = 0,
  ): Promise<readonly Frame[]> {
    const since = this.#now();
    const log = await read();
    const room = this.#room(roomId);
    this.startAt('the log', roomId, after);
    for (const event of log) this.received('the log', event);
    const logged = new Map(log.map((event) => [Number(event['seq']), createdId(event)]));
    for (const { id, seq, ackedAt } of room.sends.values()) {
      if (ackedAt <= since && seq > after && logged.get(seq) !== id) {
        this.#violations.add('lost', `${id}, acked as ${seq}, is not in the log`);
      }
    }
    for (const [seq, { identity, by, at }] of room.seen) {
      if (at <= since && seq > after && !logged.has(seq)) {
        this.#violations.add('lost', `"${identity}", received by ${by}, is not in the log`);
      }
    }
    this.#findSkipped(room);
    for (const violation of contradictRealTime(room.sends.values())) {
      this.#violations.add('real time', violation);
    }
    return log;
  }

  #advance(room: Room, reader: string, seq: number): void {
    const reading = room.readings.get(reader) ?? { last: undefined, skipped: new Set() };
    room.readings.set(reader, reading);
    const { last = seq - 1, skipped } = reading;
    if (seq <= last) {
      const kind = skipped.delete(seq) ? 'reordered' : 'doubled';
      this.#violations.add(kind, `${reader} received ${seq} after ${last}`);
      return;
    }
    if (seq > last + 1) this.#violations.add('hole', `${reader} received ${seq} after ${last}`);
    for (let missing = last + 1; missing < seq; missing += 1) skipped.add(missing);
    reading.last = seq;
  }

  #compareSeen(room: Room, reader: string, seq: number, identity: string): void {
    const seen = room.seen.get(seq);
    if (!seen) {
      room.seen.set(seq, { identity, by: reader, at: this.#now() });
    } else if (seen.identity !== identity) {
      const first = `${seen.by} received "${seen.identity}"`;
      this.#violations.add('reordered', `${first}, and ${reader} "${identity}"`);
    }
  }

  #know(send: Send, seq: number, how: string): void {
    send.seq ||= seq;
    if (send.seq !== seq) {
      this.#violations.add('doubled', `${send.id} is known as ${send.seq}, and ${how} as ${seq}`);
    }
  }

  #compareRefusals({ id, seq, attempts, refusals }: Send): void {
    if (attempts > 0 && attempts === refusals && seq > 0) {
      this.#violations.add(
        'refused',
        `${id} was refused ${refusals} times, and is written as ${seq}`,
      );
    }
  }

  #findSkipped({ readings, sends }: Room): void {
    const acked = new Map<number, string>();
    for (const { id, seq, ackedAt } of sends.values()) {
      if (ackedAt < Infinity) acked.set(seq, id);
    }
    for (const [reader, { skipped }] of readings) {
      for (const seq of skipped) {
        const id = acked.get(seq);
        if (id === undefined) continue;
        this.#violations.add('lost', `${id}, acked as ${seq}, was skipped by ${reader}`);
      }
    }
  }

  #room(roomId: string): Room {
    const room = this.#rooms.get(roomId) ?? new Room();
    this.#rooms.set(roomId, room);
    return room;
  }

  #send(roomId: string, id: string): Send {
    const { sends } = this.#room(roomId);
    const send = sends.get(id) ?? newSend(id);
    sends.set(id, send);
    return send;
  }
}
