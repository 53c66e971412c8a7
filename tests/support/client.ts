import { once } from 'node:events';
import { EventSource } from 'eventsource';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { Room, Session } from '../../src/protocol/resources.ts';

/** Where the server is: of this process or another. */
export interface At {
  readonly url: string;
}

export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

/** One request. `body` is sent as JSON, a string as it is. */
export async function call<T = never>(
  { url }: At,
  method: string,
  path: string,
  options: { token?: string | undefined; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer<T>> {
  const { token, body, headers } = options;
  const response = await fetch(url + path, {
    method,
    headers: {
      // Not kept alive: the server ends what is idle for long, perhaps just when it is used again.
      connection: 'close',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const parsed = (text === '' ? null : JSON.parse(text)) as T;
  return { status: response.status, headers: response.headers, body: parsed };
}

/** An account, signed in. */
export type Account = Session & { readonly email: string; readonly password: string };

/** What somebody of this name signs up with. */
export const emailOf = (name: string): string =>
  `${encodeURIComponent(name).replaceAll('%', '')}@example.org`.toLowerCase();
export const passwordOf = (name: string): string => `password of ${name}`;

/** What test servers take for the making of their admin. */
export const SETUP_CODE = 'the setup code of tests';

/** Makes the admin of a server that has none. */
export async function signUpAdmin(server: At, name: string): Promise<Account> {
  return openSession(server, '/auth/register', name, { name, setupCode: SETUP_CODE });
}

/** Makes an account. */
export async function signUp(server: At, name: string): Promise<Account> {
  return openSession(server, '/auth/register', name, { name });
}

/** Signs in to an account that was made before. */
export async function signIn(server: At, name: string): Promise<Account> {
  return openSession(server, '/auth/login', name, {});
}

async function openSession(
  server: At,
  path: string,
  name: string,
  more: { name?: string; setupCode?: string },
): Promise<Account> {
  const [email, password] = [emailOf(name), passwordOf(name)];
  const { status, body } = await call<Session>(server, 'POST', path, {
    body: { email, password, ...more },
  });
  if (status >= 300) throw new Error(`${name} was refused at ${path}: ${JSON.stringify(body)}`);
  return { ...body, email, password };
}

/** The room that a new server has. */
export async function generalRoom(server: At, token: string): Promise<Room> {
  const { body } = await call<{ rooms: Room[] }>(server, 'GET', '/rooms?query=general', { token });
  return body.rooms[0]!;
}

export async function createRoom(server: At, token: string, name: string): Promise<Room> {
  const { body } = await call<Room>(server, 'POST', '/rooms', { token, body: { name } });
  return body;
}

// oxlint-disable-next-line typescript/no-explicit-any -- tests look into frames of every kind
export type Frame = Record<string, any>;

/** A queue of what came in, in order, that can be waited on. */
class Inbox {
  readonly all: Frame[] = [];
  #read = 0;
  #wake: () => void = () => {};
  #ended: string | null = null;

  push(frame: Frame): void {
    this.all.push(frame);
    this.#wake();
  }

  end(why: string): void {
    this.#ended = why;
    this.#wake();
  }

  /** The next one that fits; what comes before it is passed over. */
  async next(fits: (frame: Frame) => boolean, what: string): Promise<Frame> {
    for (;;) {
      while (this.#read < this.all.length) {
        const frame = this.all[this.#read++]!;
        if (fits(frame)) return frame;
      }
      if (this.#ended !== null) throw new Error(`Waited for ${what}, but ${this.#ended}`);
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

export interface TestSocket {
  readonly ws: WebSocket;
  /** Everything that came in so far. */
  readonly frames: readonly Frame[];
  /** Resolves when the socket is closed. */
  readonly closed: Promise<{ code: number; reason: string }>;
  send(command: object | string): void;
  /** The next frame of this type; what comes before it is passed over. */
  next(type: string): Promise<Frame>;
  /** Sends a command and waits for the ack or error that has its ref. */
  ask(command: object): Promise<Frame>;
  close(): Promise<void>;
}

export interface SocketOptions {
  readonly after?: number | string;
  readonly epoch?: string;
  readonly headers?: Record<string, string>;
}

/** Opens a socket and waits until it is open; throws `Refused` where it is answered over HTTP. */
export async function openSocket(
  { url }: At,
  token: string | undefined,
  roomId: string,
  { headers = {}, ...query }: SocketOptions = {},
): Promise<TestSocket> {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries({ token, ...query })) {
    if (value !== undefined) parameters.set(key, String(value));
  }
  const address = `${url.replace('http', 'ws')}/ws/chat/${roomId}?${parameters.toString()}`;
  const ws = new WebSocket(address, { headers });
  onTestFinished(() => ws.terminate());
  const socket = wrapSocket(ws);
  const refused = once(ws, 'unexpected-response').then(async ([, response]) => {
    let body = '';
    for await (const chunk of response as AsyncIterable<Buffer>) body += chunk.toString();
    ws.terminate();
    const { statusCode } = response as { statusCode: number };
    throw new Refused(statusCode, JSON.parse(body) as Frame);
  });
  refused.catch(() => {});
  await Promise.race([once(ws, 'open'), refused]);
  return socket;
}

/** A WebSocket of any making (real, or of injectWS) as tests like it. */
export function wrapSocket(ws: WebSocket): TestSocket {
  const inbox = new Inbox();
  let lastRef = 0;
  ws.on('message', (data: Buffer) => inbox.push(JSON.parse(data.toString()) as Frame));
  ws.on('error', () => {});
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    ws.on('close', (code, reason) => {
      inbox.end(`the socket was closed with ${code} ${reason.toString()}`);
      resolve({ code, reason: reason.toString() });
    });
  });
  const send = (command: object | string) =>
    ws.send(typeof command === 'string' ? command : JSON.stringify(command));
  return {
    ws,
    frames: inbox.all,
    closed,
    send,
    next: (type) => inbox.next((frame) => frame['type'] === type, type),
    ask: (command) => {
      const ref = `ref ${(lastRef += 1)}`;
      send({ ...command, ref });
      return inbox.next((frame) => frame['ref'] === ref, `the answer to ${ref}`);
    },
    close: async () => {
      ws.close();
      await closed;
    },
  };
}

/** A WebSocket that was refused before the upgrade, with the JSON of the refusal. */
export class Refused extends Error {
  readonly status: number;
  readonly body: Frame;

  constructor(status: number, body: Frame) {
    super(`refused with ${status} ${String(body['code'])}`);
    this.status = status;
    this.body = body;
  }
}

export interface TestStream {
  readonly source: EventSource;
  /** Everything that came in so far: the JSON of each event, with its id as `id`. */
  readonly events: readonly Frame[];
  next(type: string): Promise<Frame>;
  close(): void;
}

const eventTypes = [
  'ready',
  'live',
  'reset',
  'room.created',
  'room.updated',
  'room.deleted',
  'message.created',
  'message.edited',
  'message.deleted',
  'reaction.added',
  'reaction.removed',
  'member.joined',
  'member.left',
  'member.updated',
  'read',
  'mention',
  'presence.joined',
  'presence.left',
  'typing',
  'user.updated',
  'token_expiring',
];

/** Follows /notifications with a real EventSource, which comes back by itself. */
export function openStream({ url }: At, token: string, lastEventId?: string): TestStream {
  const parameters = new URLSearchParams({ token, ...(lastEventId && { lastEventId }) });
  const source = new EventSource(`${url}/notifications?${parameters.toString()}`);
  const inbox = new Inbox();
  onTestFinished(() => source.close());
  for (const type of eventTypes) {
    source.addEventListener(type, (event) => {
      inbox.push({ ...(JSON.parse(event.data as string) as Frame), id: event.lastEventId });
    });
  }
  return {
    source,
    events: inbox.all,
    next: (type) => inbox.next((frame) => frame['type'] === type, type),
    close: () => source.close(),
  };
}
