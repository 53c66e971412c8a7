import { call, type At, type Frame } from '../../support/client.ts';
import { isDurable, parse } from './taps.ts';

/** The parts of an event that are the same in every delivery. */
const identityOf = ({ roomId, seq, type, at, actor, message, user }: Frame) =>
  [roomId, seq, type, at, actor?.id, message?.seq, message?.clientMsgId, user?.id].join(' ');

/**
 * Compares what all readers of a server received: every reader must receive the same events. Differences
 * are collected in `violations`.
 */
export class Ledger {
  readonly violations: string[] = [];
  readonly #identities = new Map<string, string>();

  note(event: Frame): void {
    const key = `${event['roomId']} ${event['seq']}`;
    const identity = identityOf(event);
    const before = this.#identities.get(key);
    if (before === undefined) this.#identities.set(key, identity);
    else if (before !== identity)
      this.violations.push(`received "${before}", and then "${identity}"`);
  }

  /** Checks that every received event of the room is in its log. */
  compare(log: readonly Frame[]): void {
    const logged = new Set(log.map(identityOf));
    const roomId = String(log[0]?.['roomId']);
    for (const identity of this.#identities.values()) {
      if (identity.startsWith(roomId) && !logged.has(identity))
        this.violations.push(`"${identity}" is not in the log`);
    }
  }
}

/** The events that one reader received, over all of its connections. In each room the next seq must follow. */
export class Trail {
  readonly #ledger: Ledger;
  readonly #last = new Map<string, number>();
  readonly #name: string;
  /** The last event's id, on a stream. */
  lastId: string | undefined;
  #waits: { roomId: string; seq: number; resolve: () => void }[] = [];

  constructor(name: string, ledger: Ledger) {
    this.#name = name;
    this.#ledger = ledger;
  }

  lastSeq(roomId: string): number | undefined {
    return this.#last.get(roomId);
  }

  /** Sets the last seq that the reader has; the room's next event must follow it. */
  startAt(roomId: string, seq: number): void {
    this.#last.set(roomId, seq);
  }

  /** Receives a frame of any kind. A durable event must follow the last one. */
  readonly take = (json: string, id: string | null): void => {
    if (id !== null) this.lastId = id;
    if (json.startsWith('{"type":"reset"')) this.#ledger.violations.push(`${this.#name}: ${json}`);
    if (!isDurable(json)) return;
    const event = parse(json);
    const roomId = String(event['roomId']);
    const seq = Number(event['seq']);
    const last = this.#last.get(roomId);
    if (last !== undefined && seq !== last + 1) {
      this.#ledger.violations.push(`${this.#name} received ${seq} after ${last}`);
    }
    this.#last.set(roomId, seq);
    this.#ledger.note(event);
    for (const wait of this.#waits) {
      if (wait.roomId === roomId && wait.seq <= seq) wait.resolve();
    }
  };

  /** Resolves once the reader has received the room's event `seq`. */
  async until(roomId: string, seq: number): Promise<void> {
    if ((this.#last.get(roomId) ?? 0) >= seq) return;
    await new Promise<void>((resolve) => this.#waits.push({ roomId, seq, resolve }));
  }
}

/**
 * Reads a room's log over HTTP, after the seq `after` and up to the head of the first page. Throws if a seq is
 * not the next one.
 */
export async function readLog(at: At, token: string, roomId: string, after = 0): Promise<Frame[]> {
  const log: Frame[] = [];
  let end: number | undefined;
  while (end === undefined || after + log.length < end) {
    const cursor = after + log.length;
    const path = `/rooms/${roomId}/events?after=${cursor}&limit=200`;
    const answer = await call<{ events: Frame[]; head: number }>(at, 'GET', path, { token });
    if (answer.status !== 200) throw new Error(`${path} returned ${answer.status}`);
    const { events, head } = answer.body;
    events.forEach((event, i) => {
      if (event['seq'] !== cursor + i + 1) {
        throw new Error(`The log has ${String(event['seq'])} where ${cursor + i + 1} should be`);
      }
    });
    log.push(...events);
    end ??= head;
    if (events.length === 0 && cursor < end) {
      throw new Error(`The log ends at ${cursor}, its head is ${head}`);
    }
  }
  return log;
}

/** Maps each clientMsgId of a log to the seqs that have it. */
export function seqsById(log: readonly Frame[]): Map<string, number[]> {
  const seqs = new Map<string, number[]>();
  for (const { type, seq, message } of log) {
    if (type !== 'message.created' || !message.clientMsgId) continue;
    const id = String(message.clientMsgId);
    seqs.set(id, [...(seqs.get(id) ?? []), Number(seq)]);
  }
  return seqs;
}
