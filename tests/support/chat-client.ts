import { onTestFinished } from 'vitest';
import { EventSource, WebSocket } from './frame-check.ts';
import type { Room } from '../../src/protocol/resources.ts';
import type { At, Frame } from './client.ts';
import { startServer, type TestServer } from './server.ts';

/* What these tests use of public/chat-client.js, whose own types need those of the DOM. */
export interface Connection {
  readonly state: string;
  readonly lastSeq: number | undefined;
  send(message: { text: string; clientMsgId?: string; replyTo?: number }): string;
  wake(): void;
  close(): void;
  closeWhenSent(): void;
}
export interface Client {
  readonly session: { token: string; expiresAt: string; user: { name: string } } | null;
  register(account: object): Promise<{ token: string }>;
  login(credentials: object): Promise<{ token: string }>;
  logout(): Promise<void>;
  onSession(listener: (session: object | null, reason: string | null) => void): void;
  updateMe(changes: object): Promise<void>;
  tokenAfter(expiresAt: string): Promise<string>;
  readonly api: {
    listRooms(): Promise<{ rooms: Room[] }>;
    getRoom(roomId: string): Promise<Room>;
  };
  openRoom(roomId: string, handlers: object, from?: object): Connection;
  notifications(handlers: object): { close(): void };
}
interface Module {
  ChatClient: new (options: object) => Client;
  ApiError: new (...args: never) => Error;
}

const file = new URL('../../public/chat-client.js', import.meta.url);
export const { ChatClient, ApiError } = (await import(file.href)) as Module;

export const newClient = ({ url }: At) => new ChatClient({ baseUrl: url, WebSocket, EventSource });

export const ignore = () => {};

/** A room as a client sees it: the calls of its handlers, and ways to wait for more. */
export function openRoom(client: Client, roomId: string, from?: object) {
  const calls: Frame[] = [];
  let wake = ignore;
  const record = (kind: string) => (first?: unknown, second?: unknown) => {
    calls.push({ kind, first, second });
    wake();
  };
  const connection = client.openRoom(
    roomId,
    Object.fromEntries(
      [
        'onEvent',
        'onState',
        'onTrouble',
        'onWelcome',
        'onReset',
        'onSent',
        'onRefused',
        'onDelayed',
      ].map((kind) => [kind, record(kind)]),
    ),
    from,
  );
  onTestFinished(() => connection.close());
  const until = async (fits: (frame: Frame) => boolean): Promise<Frame> => {
    for (;;) {
      const found = calls.find(fits);
      if (found) return found;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  return {
    connection,
    calls,
    state: (state: string) => until(({ kind, first }) => kind === 'onState' && first === state),
    sent: (id: string) => until(({ kind, first }) => kind === 'onSent' && first === id),
    texts: () =>
      calls
        .filter(({ kind, first }) => kind === 'onEvent' && first.type === 'message.created')
        .map(({ first }) => String(first.message.text)),
    text: (text: string) =>
      until(({ kind, first }) => kind === 'onEvent' && first.message?.text === text),
    refused: () => until(({ kind }) => kind === 'onRefused'),
    trouble: async () => {
      const { first, second } = await until((one) => one['kind'] === 'onTrouble' && one['first']);
      return { message: String(first), code: String(second) };
    },
  };
}

const portOf = ({ url }: At) => new URL(url).port;

/** Starts the same server again, on its folder and its port. */
export const restart = (stopped: TestServer) =>
  startServer({ DATA_DIR: stopped.dataDir, PORT: portOf(stopped) });

/** A client that records every URL it opens. */
export function watchedClient({ url }: At, session: object) {
  const opened: string[] = [];
  const watched = <T extends object>(target: new (address: string) => T) =>
    new Proxy(target, {
      construct(make, [address]: [string]) {
        opened.push(address);
        return new make(address);
      },
    });
  const client = new ChatClient({
    baseUrl: url,
    session,
    WebSocket: watched(WebSocket),
    EventSource: watched(EventSource),
    fetch: (address: URL, init: RequestInit) => {
      opened.push(address.href);
      return fetch(address, init);
    },
  });
  return { client, opened };
}

export function withResolvers<T>() {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((done) => (resolve = done));
  return { promise, resolve };
}
