import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Answer, At } from './client.ts';
import { handshakeHeaders } from './handshake.ts';

/** The text of a request: its first line, `Host: x`, the headers, and a body. */
export const requestText = (line: string, headers: readonly string[] = [], body = ''): string =>
  [line, 'Host: x', ...headers, '', body].join('\r\n');

export const bearerHeader = (token: string): string => `Authorization: Bearer ${token}`;

const handshakeHeader = (name: keyof typeof handshakeHeaders) =>
  `${name}: ${handshakeHeaders[name]}`;

export const WEBSOCKET_KEY = handshakeHeader('sec-websocket-key');
export const WEBSOCKET_VERSION = handshakeHeader('sec-websocket-version');
/** The headers of a WebSocket handshake. */
export const WEBSOCKET_UPGRADE = Object.entries(handshakeHeaders).map(
  ([name, value]) => `${name}: ${value}`,
);

/** Opens a TCP connection, for bytes that no HTTP client sends. */
export async function openRaw({ url }: At): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** Reads a connection until the server closes it. */
export async function readText(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** Reads the last response on a connection, until the server closes it. */
export async function readAnswer(socket: Socket): Promise<Answer<unknown>> {
  const [head = '', ...rest] = (await readText(socket)).split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = new Headers(
    lines.map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).trim()];
    }),
  );
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(statusLine)?.[1]);
  const body = rest.join('\r\n\r\n');
  return { status, headers, body: parse(body, headers) };
}

/** Parses JSON; other bodies (a page, a file) stay text. */
function parse(body: string, headers: Headers): unknown {
  const isJson = headers.get('content-type')?.startsWith('application/json') ?? true;
  return isJson && body !== '' ? JSON.parse(body) : body || null;
}

/** Sends bytes on a new connection and reads the response, until the server closes it. */
export async function exchange(at: At, bytes: string | Buffer): Promise<Answer<unknown>> {
  const socket = await openRaw(at);
  socket.write(bytes);
  return readAnswer(socket);
}
