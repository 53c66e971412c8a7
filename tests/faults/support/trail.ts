import { call, type At, type Frame } from '../../support/client.ts';
import type { History } from './history.ts';
import { isDurable, parse } from './taps.ts';

/**
 * One reader, over all of its connections. The history records what it receives under its name, which no other
 * reader of the history has.
 */
export class Trail {
  readonly #history: History;
  readonly #name: string;
  /** The last event's id, on a stream. */
  lastId: string | undefined;
  readonly #waits: { roomId: string; seq: number; resolve: () => void }[] = [];

  constructor(name: string, history: History) {
    this.#name = name;
    this.#history = history;
  }

  lastSeq(roomId: string): number | undefined {
    return this.#history.lastSeq(this.#name, roomId);
  }

  /** Sets the last seq that the reader has; the room's next event must follow it. */
  startAt(roomId: string, seq: number): void {
    this.#history.startAt(this.#name, roomId, seq);
  }

  /** Receives a frame of any kind. */
  readonly take = (json: string, id: string | null): void => {
    if (id !== null) this.lastId = id;
    if (json.startsWith('{"type":"reset"')) this.#history.violate(`${this.#name}: ${json}`);
    if (!isDurable(json)) return;
    const event = parse(json);
    this.#history.received(this.#name, event);
    for (const wait of this.#waits) {
      if (wait.roomId === event['roomId'] && wait.seq <= event['seq']) wait.resolve();
    }
  };

  /** Resolves once the reader has received the room's event `seq`. */
  async until(roomId: string, seq: number): Promise<void> {
    if ((this.lastSeq(roomId) ?? 0) >= seq) return;
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
