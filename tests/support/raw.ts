import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Answer, At } from './client.ts';

/** A connection for what no HTTP client would send. */
export async function openRaw({ url }: At): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** The answer on a connection that the server is going to end. */
export async function readAnswer(socket: Socket): Promise<Answer<unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket as AsyncIterable<Buffer>) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  const [head = '', ...rest] = text.split('\r\n\r\n');
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

/** What is not JSON (a page, a file) stays text. */
function parse(body: string, headers: Headers): unknown {
  const isJson = headers.get('content-type')?.startsWith('application/json') ?? true;
  return isJson && body !== '' ? JSON.parse(body) : body || null;
}

/** Sends the bytes as they are and reads what comes back. */
export async function exchange(at: At, bytes: string | Buffer): Promise<Answer<unknown>> {
  const socket = await openRaw(at);
  socket.write(bytes);
  return readAnswer(socket);
}
