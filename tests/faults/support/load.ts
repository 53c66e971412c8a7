import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { postMessage, type At } from '../../support/client.ts';
import type { History } from './history.ts';
import type { Random } from './scale.ts';
import { parse, tapRoom, tapStream, type Tap } from './taps.ts';
import type { Trail } from './trail.ts';

/** Where clients connect, each time they do. */
export interface Doors {
  /** Resolves with the address of a server once one is up. */
  up(): Promise<At>;
}

/** Refusals that a client repeats: nothing was written. */
const RETRYABLE = new Set(['unavailable', 'shutting_down']);
const RETRY_MS = 100;
/** The code of a connection that ended without a close frame. */
const NO_CLOSE_FRAME = 1006;

/**
 * Clients that follow the protocol: they send with a clientMsgId, repeat unacked messages until they are
 * acked, and resume from their cursor after a disconnect. The history records all of it.
 */
export class Load {
  /** How many messages are acked. */
  acked = 0;
  /** How the sockets of senders and followers were closed. */
  readonly closeCodes: number[] = [];
  /** How the connections of followers ended: the code of a socket, 0 for a stream. */
  readonly followersLost: number[] = [];
  readonly #site: Doors;
  readonly #random: Random;
  readonly #history: History;
  readonly #taps = new Set<Tap>();
  readonly #senders: Promise<void>[] = [];
  readonly #followers: Promise<void>[] = [];
  #sending = true;
  #following = true;
  #isOver = false;
  #lastId = 0;
  #watch: { count: number; resolve: () => void } | null = null;

  constructor(site: Doors, random: Random, history: History) {
    this.#site = site;
    this.#random = random;
    this.#history = history;
    // A test that fails does not finish its load.
    onTestFinished(() => {
      this.#isOver = true;
      this.#following = false;
    });
  }

  /**
   * Sends over a socket, with `window` messages unacked at a time. Here and below, `doors` are those of the load
   * unless given.
   */
  sendOverSocket(token: string, roomId: string, window: number, doors: Doors = this.#site): void {
    this.#senders.push(this.#sendThrough(token, roomId, window, doors));
  }

  /** Sends over HTTP, one after the other. */
  sendOverHttp(token: string, roomId: string, doors: Doors = this.#site): void {
    this.#senders.push(this.#post(token, roomId, doors));
  }

  followRoom(trail: Trail, token: string, roomId: string, doors: Doors = this.#site): void {
    const follow = this.#follow(doors, (at) =>
      tapRoom(at, token, roomId, { after: trail.lastSeq(roomId) }, trail.take),
    );
    this.#followers.push(follow);
  }

  followAll(trail: Trail, token: string, doors: Doors = this.#site): void {
    const open = (at: At) => tapStream(at, token, trail.lastId, trail.take);
    const follow = this.#follow(doors, open, false);
    this.#followers.push(follow);
  }

  /** Resolves once so many more sends are acked. */
  async ackedMore(count: number): Promise<void> {
    if (this.#watch) throw new Error('ackedMore is running already');
    const target = this.acked + count;
    await new Promise<void>((resolve) => (this.#watch = { count: target, resolve }));
    this.#watch = null;
  }

  /** Stops sending new messages; resolves once every sent message is acked. */
  async finishSending(): Promise<void> {
    this.#sending = false;
    await Promise.all(this.#senders);
  }

  async finishFollowing(): Promise<void> {
    this.#following = false;
    for (const tap of this.#taps) tap.end();
    await Promise.all(this.#followers);
  }

  #ack(roomId: string, id: string, seq: number): void {
    if (this.#history.acked(roomId, id, seq)) this.acked += 1;
    if (this.#watch && this.acked >= this.#watch.count) this.#watch.resolve();
  }

  #newMessage(): [id: string, text: string] {
    const id = `id ${(this.#lastId += 1)}`;
    return [id, `${id} ${'x'.repeat(this.#random.int(0, 200))}`];
  }

  async #sendThrough(token: string, roomId: string, window: number, doors: Doors): Promise<void> {
    const pending = new Map<string, string>();
    const isDone = () => this.#isOver || (!this.#sending && pending.size === 0);
    while (!isDone()) {
      const at = await doors.up();
      if (isDone()) return;
      const send = (id: string, text: string) => {
        this.#history.sent(roomId, id);
        tap.send({ type: 'send', text, clientMsgId: id });
      };
      const repeat = (id: string) => {
        const text = pending.get(id);
        if (text !== undefined) send(id, text);
      };
      const fill = () => {
        while (this.#sending && pending.size < window) {
          const [id, text] = this.#newMessage();
          pending.set(id, text);
          send(id, text);
        }
        if (isDone()) tap.end();
      };
      const tap = tapRoom(at, token, roomId, {}, (json) => {
        if (json.startsWith('{"type":"live"')) {
          for (const [id, text] of pending) send(id, text);
          fill();
        } else if (json.startsWith('{"type":"ack"')) {
          const { clientMsgId, seq } = parse(json) as { clientMsgId: string; seq: number };
          pending.delete(clientMsgId);
          this.#ack(roomId, clientMsgId, seq);
          fill();
        } else if (json.startsWith('{"type":"error"')) {
          const { code, clientMsgId } = parse(json) as { code: string; clientMsgId: string };
          if (!RETRYABLE.has(code)) return this.#history.violate(`send rejected: ${json}`);
          this.#history.refused(roomId, clientMsgId);
          // A server that stops closes the socket, and then everything is repeated.
          if (code === 'unavailable') setTimeout(() => repeat(clientMsgId), RETRY_MS);
        }
      });
      const code = await tap.closed;
      if (await wasRefused(tap)) await sleep(RETRY_MS);
      else if (!isDone()) this.closeCodes.push(code);
    }
  }

  async #post(token: string, roomId: string, doors: Doors): Promise<void> {
    while (this.#sending && !this.#isOver) {
      const [clientMsgId, text] = this.#newMessage();
      while (!this.#isOver) {
        const at = await doors.up();
        this.#history.sent(roomId, clientMsgId);
        const answer = await postMessage(at, token, roomId, { text, clientMsgId }).catch(
          () => null,
        );
        if (answer?.status === 201 || answer?.status === 200) {
          this.#ack(roomId, clientMsgId, answer.body.seq);
          break;
        }
        // Over HTTP, 503 also stands for an outcome that the server does not know.
        if (answer?.status === 503) await sleep(RETRY_MS);
        else if (answer) this.#history.violate(`POST returned ${JSON.stringify(answer.body)}`);
      }
    }
  }

  async #follow(doors: Doors, open: (at: At) => Tap, isSocket = true): Promise<void> {
    while (this.#following) {
      const at = await doors.up();
      if (!this.#following) return;
      const tap = open(at);
      this.#taps.add(tap);
      const code = await tap.closed;
      this.#taps.delete(tap);
      if (!this.#following) return;
      if (await wasRefused(tap)) {
        await sleep(RETRY_MS);
        continue;
      }
      this.followersLost.push(code);
      if (isSocket) this.closeCodes.push(code);
    }
  }
}

/** Whether a connection that has ended was refused before it was open: 503 without the database, or no server. */
async function wasRefused(tap: Tap): Promise<boolean> {
  const code = await tap.closed;
  return !(await tap.live) && (code === NO_CLOSE_FRAME || code === 0);
}
