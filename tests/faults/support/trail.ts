import { call, type At, type Frame } from '../../support/client.ts';
import { isNumbered, parse } from './taps.ts';

/** What stays the same of an event, however and whenever it is told. */
const signOf = ({ roomId, seq, type, at, actor, message, user }: Frame) =>
  [roomId, seq, type, at, actor?.id, message?.seq, message?.clientMsgId, user?.id].join(' ');

/**
 * What all readers of a server were told, held together: whoever is told of an event has to be told
 * the same. What is wrong stands in `faults`.
 */
export class Ledger {
  readonly faults: string[] = [];
  readonly #signs = new Map<string, string>();

  note(event: Frame): void {
    const key = `${event['roomId']} ${event['seq']}`;
    const sign = signOf(event);
    const before = this.#signs.get(key);
    if (before === undefined) this.#signs.set(key, sign);
    else if (before !== sign) this.faults.push(`told "${before}", and then "${sign}"`);
  }

  /** Everything that somebody was told of the room is in its log. */
  compare(log: readonly Frame[]): void {
    const signs = new Set(log.map(signOf));
    const roomId = String(log[0]?.['roomId']);
    for (const sign of this.#signs.values()) {
      if (sign.startsWith(roomId) && !signs.has(sign))
        this.faults.push(`"${sign}" is not in the log`);
    }
  }
}

/** What one reader has seen of each room, over all of its connections: the next seq, always. */
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

  /** Says where it starts: the next event of the room must follow. */
  startAt(roomId: string, seq: number): void {
    this.#last.set(roomId, seq);
  }

  /** Takes a frame of any kind; numbered events must go on from the last. */
  readonly take = (json: string, id: string | null): void => {
    if (id !== null) this.lastId = id;
    if (json.startsWith('{"type":"reset"')) this.#ledger.faults.push(`${this.#name}: ${json}`);
    if (!isNumbered(json)) return;
    const event = parse(json);
    const roomId = String(event['roomId']);
    const seq = Number(event['seq']);
    const last = this.#last.get(roomId);
    if (last !== undefined && seq !== last + 1) {
      this.#ledger.faults.push(`${this.#name} was told ${seq} after ${last}`);
    }
    this.#last.set(roomId, seq);
    this.#ledger.note(event);
    for (const wait of this.#waits) {
      if (wait.roomId === roomId && wait.seq <= seq) wait.resolve();
    }
  };

  /** Resolves once it was told of the room's event `seq`. */
  async until(roomId: string, seq: number): Promise<void> {
    if ((this.#last.get(roomId) ?? 0) >= seq) return;
    await new Promise<void>((resolve) => this.#waits.push({ roomId, seq, resolve }));
  }
}

/**
 * The room's log from the seq after `after` up to what is its head when it is asked for first, over
 * HTTP; throws where a number is not the next.
 */
export async function readLog(at: At, token: string, roomId: string, after = 0): Promise<Frame[]> {
  const log: Frame[] = [];
  let end: number | undefined;
  while (end === undefined || after + log.length < end) {
    const cursor = after + log.length;
    const path = `/rooms/${roomId}/events?after=${cursor}&limit=200`;
    const answer = await call<{ events: Frame[]; head: number }>(at, 'GET', path, { token });
    if (answer.status !== 200) throw new Error(`${path} was answered ${answer.status}`);
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

/** Which seqs of a log carry which clientMsgId. */
export function seqsById(log: readonly Frame[]): Map<string, number[]> {
  const seqs = new Map<string, number[]>();
  for (const { type, seq, message } of log) {
    if (type !== 'message.created' || !message.clientMsgId) continue;
    const id = String(message.clientMsgId);
    seqs.set(id, [...(seqs.get(id) ?? []), Number(seq)]);
  }
  return seqs;
}
