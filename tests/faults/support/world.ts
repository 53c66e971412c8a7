import { once } from 'node:events';
import { expect } from 'vitest';
import {
  call,
  createRoom,
  joinRoom,
  signUp,
  type Account,
  type Frame,
} from '../../support/client.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { toDelivered, Model, type Delivered } from './model.ts';
import { isDurable, parse, tapRoom, tapStream, type Tap } from './taps.ts';

/** An event that takes longer to arrive counts as lost, in milliseconds. */
const LOST_MS = 5000;

/** A socket or a stream, over all of its connections. */
interface Client {
  tap: Tap | null;
  readonly expected: Delivered[];
  readonly received: Delivered[];
  /** How much of the model's log it has received. */
  position: number;
  /** Its cursor: the last seq of a socket, the last id of a stream. */
  seq: number;
  id: string | undefined;
  answers: Frame[];
  /** Called at the next frame. */
  waiting: (() => void)[];
}

const newClient = (): Client => ({
  tap: null,
  expected: [],
  received: [],
  position: 0,
  seq: 0,
  id: undefined,
  answers: [],
  waiting: [],
});

export interface Outcome {
  readonly seq: number | null;
  readonly code: string | null;
  readonly duplicate: boolean;
}

/** A real server with some people and rooms, and their connected clients. */
export class World {
  server: TestServer;
  readonly model: Model;
  readonly people: readonly Account[];
  readonly rooms: readonly string[];
  readonly #sockets = new Map<string, Client>();
  readonly #streams = new Map<number, Client>();
  #refs = 0;

  private constructor(server: TestServer, people: readonly Account[], rooms: readonly string[]) {
    this.server = server;
    this.people = people;
    this.rooms = rooms;
    this.model = new Model(rooms.length);
    rooms.forEach((_, room) => {
      this.model.add(room, { type: 'room.created' });
      this.model.join(room, 0);
    });
  }

  /** Creates people and rooms; the first person owns all rooms. `name` must be new to the server. */
  static async make(
    server: TestServer,
    name: string,
    users: number,
    rooms: number,
  ): Promise<World> {
    const people: Account[] = [];
    for (let i = 0; i < users; i += 1) people.push(await signUp(server, `${name} ${i}`));
    const ids: string[] = [];
    for (let i = 0; i < rooms; i += 1) {
      ids.push((await createRoom(server, people[0]!.token, `${name} ${i}`)).id);
    }
    return new World(server, people, ids);
  }

  isConnected(user: number, room: number): boolean {
    return Boolean(this.#sockets.get(`${user} ${room}`)?.tap);
  }

  hasStream(user: number): boolean {
    return Boolean(this.#streams.get(user)?.tap);
  }

  /** Opens a socket, which joins the room. A user who had one before resumes after their last seq. */
  async connect(user: number, room: number): Promise<void> {
    const before = this.#sockets.get(`${user} ${room}`);
    const client = before ?? newClient();
    this.#sockets.set(`${user} ${room}`, client);
    this.model.join(room, user);
    if (!before) client.seq = this.model.head(room);
    const { token } = this.people[user]!;
    const query = before ? { after: client.seq } : {};
    client.tap = tapRoom(this.server, token, this.rooms[room]!, query, this.#receiver(client));
    expect(await client.tap.live).toBe(true);
  }

  async openStream(user: number): Promise<void> {
    const before = this.#streams.get(user);
    const client = before ?? newClient();
    this.#streams.set(user, client);
    if (!before) client.position = this.model.log.length;
    const { token } = this.people[user]!;
    client.tap = tapStream(this.server, token, client.id, this.#receiver(client));
    expect(await client.tap.live).toBe(true);
  }

  async disconnect(user: number, room: number): Promise<void> {
    await this.#end(this.#sockets.get(`${user} ${room}`)!);
  }

  async closeStream(user: number): Promise<void> {
    await this.#end(this.#streams.get(user)!);
  }

  /** Runs a command over the user's socket, or over HTTP if they have none. */
  async run(user: number, room: number, command: Frame): Promise<Outcome> {
    const client = this.#sockets.get(`${user} ${room}`);
    return client?.tap ? this.#overSocket(client, command) : this.overHttp(user, room, command);
  }

  async overHttp(user: number, room: number, { type, seq, ...body }: Frame): Promise<Outcome> {
    const method = { send: 'POST', edit: 'PATCH', delete: 'DELETE' }[String(type)]!;
    const path = `/rooms/${this.rooms[room]!}/messages${type === 'send' ? '' : `/${String(seq)}`}`;
    const answer = await call<Frame>(this.server, method, path, {
      token: this.people[user]!.token,
      ...(type !== 'delete' && { body }),
    });
    const isDone = answer.status < 300;
    return {
      seq: isDone && type === 'send' ? Number(answer.body['seq']) : null,
      code: isDone ? null : String(answer.body['code']),
      duplicate: type === 'send' && answer.status === 200,
    };
  }

  async leave(user: number, room: number): Promise<number> {
    const path = `/rooms/${this.rooms[room]!}/leave`;
    const { token } = this.people[user]!;
    const { status } = await call(this.server, 'POST', path, { token });
    const client = this.#sockets.get(`${user} ${room}`);
    if (status === 204 && client?.tap && this.model.isMember(room, user)) {
      expect(await client.tap.closed).toBe(1000);
      client.tap = null;
      this.model.leave(room, user);
      // It receives the user's own departure, then nothing further.
      client.expected.push(...this.model.eventsOf(room, client.seq));
      expect(client.received).toEqual(client.expected);
      client.seq = this.model.head(room);
    } else if (status === 204) {
      this.model.leave(room, user);
    }
    return status;
  }

  async join(user: number, room: number): Promise<void> {
    const { token } = this.people[user]!;
    expect((await joinRoom(this.server, token, this.rooms[room]!)).status).toBe(200);
    this.model.join(room, user);
  }

  /** Stops the server, which disconnects everybody, and starts it again on the same folder. */
  async restart(): Promise<void> {
    const open = [...this.#sockets.values()].filter(({ tap }) => tap);
    await this.server.stop();
    for (const client of open) expect(await client.tap!.closed).toBe(1012);
    for (const client of [...open, ...this.#streams.values()]) client.tap = null;
    this.server = await startServer({ DATA_DIR: this.server.dataDir });
  }

  /** Waits until every client has received exactly what the model expects. */
  async settle(): Promise<void> {
    for (const [key, client] of this.#sockets) {
      const [user, room] = key.split(' ').map(Number) as [number, number];
      if (!client.tap) continue;
      client.expected.push(...this.model.eventsOf(room, client.seq));
      client.seq = this.model.head(room);
      await this.#compare(client, `the socket of ${user} in ${room}`);
    }
    for (const [user, client] of this.#streams) {
      if (!client.tap) continue;
      client.expected.push(...this.model.eventsFor(user, client.position));
      client.position = this.model.log.length;
      await this.#compare(client, `the stream of ${user}`);
    }
  }

  /** Reads everything over HTTP and compares it with the model. */
  async checkHistory(): Promise<void> {
    const { token } = this.people[0]!;
    for (const [room, id] of this.rooms.entries()) {
      const events: Frame[] = [];
      const messages: Frame[] = [];
      for (let more = true; more;) {
        const path = `/rooms/${id}/events?limit=7&after=${events.length}`;
        const { body } = await call<{ events: Frame[]; head: number }>(this.server, 'GET', path, {
          token,
        });
        events.push(...body.events);
        more = events.length < body.head;
      }
      for (let more = true; more;) {
        const after = Number(messages.at(-1)?.['seq'] ?? 0);
        const path = `/rooms/${id}/messages?limit=7&after=${after}`;
        const { body } = await call<{ messages: Frame[]; hasMore: boolean }>(
          this.server,
          'GET',
          path,
          { token },
        );
        messages.push(...body.messages);
        more = body.hasMore;
      }
      expect(events.map((event) => this.#toDelivered(event))).toEqual(this.model.eventsOf(room, 0));
      const stored = messages.map(({ seq, text, author, clientMsgId, editedAt, deletedAt }) => [
        Number(seq),
        {
          text: String(text),
          author: this.people.findIndex(({ user }) => user.id === author.id),
          clientMsgId: String(clientMsgId),
          edited: editedAt !== null,
          deleted: deletedAt !== null,
        },
      ]);
      const modelled = [...this.model.messages[room]!].map(([seq, message]) => {
        const { text, author, clientMsgId, edited, deleted } = message;
        return [seq, { text, author, clientMsgId, edited, deleted }];
      });
      expect(stored).toEqual(modelled);
    }
  }

  /** Closes all clients. */
  async end(): Promise<void> {
    for (const client of [...this.#sockets.values(), ...this.#streams.values()]) {
      if (client.tap) await this.#end(client);
    }
  }

  #receiver(client: Client): (json: string, id: string | null) => void {
    return (json, id) => {
      if (id !== null) client.id = id;
      if (isDurable(json)) client.received.push(this.#toDelivered(parse(json)));
      else if (/^\{"type":"(ack|error|reset)"/.test(json)) client.answers.push(parse(json));
      for (const wake of client.waiting.splice(0)) wake();
    };
  }

  #toDelivered(event: Frame): Delivered {
    const users = this.people.map(({ user }) => user.id);
    return toDelivered(event, this.rooms, users);
  }

  async #overSocket(client: Client, command: Frame): Promise<Outcome> {
    const ref = String((this.#refs += 1));
    client.tap!.send({ ...command, ref });
    const answer = () => client.answers.find((one) => one['ref'] === ref);
    await this.#until(
      client,
      () => answer() !== undefined,
      `the ack of ${JSON.stringify(command)}`,
    );
    const { seq = null, code = null, duplicate = false } = answer()!;
    return { seq, code, duplicate };
  }

  async #compare(client: Client, name: string): Promise<void> {
    const isComplete = () => client.received.length >= client.expected.length;
    await this.#until(client, isComplete, '').catch(() => {});
    expect(client.received, name).toEqual(client.expected);
    expect(client.answers.filter(({ type }) => type === 'reset')).toEqual([]);
  }

  async #until(client: Client, isMet: () => boolean, what: string): Promise<void> {
    const timeout = AbortSignal.timeout(LOST_MS);
    const late = once(timeout, 'abort').then(() => 'late' as const);
    while (!isMet()) {
      const frame = new Promise<void>((resolve) => client.waiting.push(resolve));
      if ((await Promise.race([frame, late])) === 'late') throw new Error(`${what} never came`);
    }
  }

  async #end(client: Client): Promise<void> {
    const { tap } = client;
    client.tap = null;
    tap!.end();
    await tap!.closed;
  }
}
