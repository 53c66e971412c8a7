import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { EventSource, WebSocket } from './frame-check.ts';
import { durableEvents, ephemeralEvents } from '../../src/protocol/events.ts';
import type { Message, Room, Session } from '../../src/protocol/resources.ts';

/** The address of a server, in this process or another. */
export interface At {
  readonly url: string;
}

/** An HTTP response with its body parsed. */
export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

/** Makes one request. Sends `body` as JSON, or as it is where it is a string. */
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
      // Not kept alive: the server closes idle connections, perhaps just when one is used again.
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

/** An account and a session of it. */
export type Account = Session & { readonly email: string; readonly password: string };

/** An account, as lists of accounts have it: what its owner has chosen for themselves is not there. */
export function asAdminsSee({ user }: Account) {
  const { mailSummaries: _, hasPassword: _p, ...seen } = user;
  return seen;
}

/** The credentials of test accounts follow from their names. */
export const emailOf = (name: string): string =>
  `${encodeURIComponent(name).replaceAll('%', '')}@example.org`.toLowerCase();
export const passwordOf = (name: string): string => `password of ${name}`;

/** The setup code of test servers. */
export const SETUP_CODE = 'the setup code of tests';

/** Registers the admin of a server that has none. */
export async function signUpAdmin(server: At, name: string): Promise<Account> {
  return openSession(server, '/auth/register', name, { name, setupCode: SETUP_CODE });
}

/** Registers an account. */
export async function signUp(server: At, name: string): Promise<Account> {
  return openSession(server, '/auth/register', name, { name });
}

/** Signs in to an account that is already registered. */
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

/** Sends a login; `credentials` is its whole body. */
export function login(
  server: At,
  credentials: object,
  headers: Record<string, string> = {},
): Promise<Answer<Session>> {
  return call<Session>(server, 'POST', '/auth/login', { body: credentials, headers });
}

/** The room that every new server has. */
export async function generalRoom(server: At, token: string): Promise<Room> {
  const { body } = await call<{ rooms: Room[] }>(server, 'GET', '/rooms?query=general', { token });
  return body.rooms[0]!;
}

export async function createRoom(
  server: At,
  token: string,
  name: string,
  visibility?: 'public' | 'private',
): Promise<Room> {
  const body = { name, visibility };
  return (await call<Room>(server, 'POST', '/rooms', { token, body })).body;
}

export const joinRoom = (server: At, token: string, roomId: string): Promise<Answer<Room>> =>
  call<Room>(server, 'POST', `/rooms/${roomId}/join`, { token });

/** Opens the direct room with a user, or creates it. */
export const openDirect = (server: At, token: string, userId: string): Promise<Answer<Room>> =>
  call<Room>(server, 'POST', '/direct', { token, body: { userId } });

/** Posts a message: a text, or a whole body. */
export const postMessage = (
  server: At,
  token: string,
  roomId: string,
  message: string | object,
): Promise<Answer<Message>> =>
  call<Message>(server, 'POST', `/rooms/${roomId}/messages`, {
    token,
    body: typeof message === 'string' ? { text: message } : message,
  });

// oxlint-disable-next-line typescript/no-explicit-any -- tests read frames of every kind
export type Frame = Record<string, any>;

/** A queue of received frames, in order, on which a test can wait. */
class Inbox {
  readonly all: Frame[] = [];
  #read = 0;
  #wake: () => void = () => {};
  #ended: string | null = null;

  push(frame: Frame): void {
    this.all.push(frame);
    this.#wake();
  }

  end(reason: string): void {
    this.#ended = reason;
    this.#wake();
  }

  /** Resolves with the next frame that fits, and skips those before it. */
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
  /** All frames received so far. */
  readonly frames: readonly Frame[];
  /** Resolves when the socket is closed. */
  readonly closed: Promise<{ code: number; reason: string }>;
  send(command: object | string): void;
  /** Resolves with the next frame of this type, and skips those before it. */
  next(type: string): Promise<Frame>;
  /** Sends a command and resolves with the ack or error that has its ref. */
  ask(command: object): Promise<Frame>;
  close(): Promise<void>;
}

export interface SocketOptions {
  readonly after?: number | string;
  readonly epoch?: string;
  readonly headers?: Record<string, string>;
}

/** The URL of a room's WebSocket. */
export function socketUrl(
  { url }: At,
  roomId: string,
  query: Record<string, string | number | undefined>,
): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined) parameters.set(key, String(value));
  }
  return `${url.replace('http', 'ws')}/ws/chat/${roomId}?${parameters.toString()}`;
}

/** Opens a socket and waits until it is open. Throws `Refused` if the server sends an HTTP error. */
export async function openSocket(
  server: At,
  token: string | undefined,
  roomId: string,
  { headers = {}, ...query }: SocketOptions = {},
): Promise<TestSocket> {
  const ws = new WebSocket(socketUrl(server, roomId, { token, ...query }), { headers });
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

/** Opens a socket and waits until its replay is over. */
export async function openLiveSocket(
  server: At,
  token: string,
  roomId: string,
  options: SocketOptions = {},
): Promise<TestSocket> {
  const socket = await openSocket(server, token, roomId, options);
  await socket.next('live');
  return socket;
}

/** Wraps a WebSocket, real or of injectWS. */
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
      return inbox.next((frame) => frame['ref'] === ref, `the frame with the ref "${ref}"`);
    },
    close: async () => {
      ws.close();
      await closed;
    },
  };
}

/** The refusal of a WebSocket before the upgrade. */
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
  /** All events received so far: the JSON of each, with its id as `id`. */
  readonly events: readonly Frame[];
  next(type: string): Promise<Frame>;
  close(): void;
}

const eventTypes = [
  'ready',
  'live',
  'reset',
  'token_expiring',
  ...Object.keys(durableEvents),
  ...Object.keys(ephemeralEvents),
];

/** Follows /notifications with a real EventSource, which reconnects by itself. */
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
