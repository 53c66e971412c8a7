import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import type { NewOutgoingHook, OutgoingHook } from '../../src/protocol/hooks.ts';
import type { DurableEvent } from '../../src/protocol/events.ts';
import { call, type At } from './client.ts';

/* A receiver of outgoing webhooks. */

/** A delivery as it arrived. */
export interface Delivery {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly event: DurableEvent;
}

export interface Receiver {
  readonly url: string;
  /** All attempts so far. */
  readonly received: readonly Delivery[];
  /** How many requests are open, and how many were at most. */
  readonly open: { now: number; most: number };
  /** Answers attempts from now on; null for 204. */
  answer: ((response: ServerResponse, delivery: Delivery) => void) | null;
  /** Resolves with the next attempt. */
  next(): Promise<Delivery>;
  /** Resolves once `n` attempts have arrived, with their seqs. */
  seqs(n: number): Promise<number[]>;
  /** Stops listening; `startReceiver` with its port comes back. */
  stop(): Promise<void>;
  readonly port: number;
}

/** Starts a receiver. `onEnd` takes what ends it; by default it ends with the test. */
export async function startReceiver({
  port = 0,
  onEnd = onTestFinished,
}: { port?: number; onEnd?: (end: () => Promise<void>) => void } = {}): Promise<Receiver> {
  const received: Delivery[] = [];
  const open = { now: 0, most: 0 };
  let read = 0;
  let wake = () => {};
  const server = createServer((request, response) => void take(request, response));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const stop = async () => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  onEnd(stop);
  const arrived = async (n: number) => {
    while (received.length < n) await new Promise<void>((resolve) => (wake = resolve));
  };
  const receiver: Receiver = {
    port: (server.address() as AddressInfo).port,
    get url() {
      return `http://127.0.0.1:${receiver.port}/hook`;
    },
    received,
    open,
    answer: null,
    async next() {
      await arrived((read += 1));
      return received[read - 1]!;
    },
    async seqs(n) {
      await arrived(n);
      return received.map(({ event }) => event.seq);
    },
    stop,
  };
  return receiver;

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    open.now += 1;
    open.most = Math.max(open.most, open.now);
    response.once('close', () => (open.now -= 1));
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const delivery = { headers: request.headers, body, event: JSON.parse(body) as DurableEvent };
    received.push(delivery);
    wake();
    if (receiver.answer) receiver.answer(response, delivery);
    else response.writeHead(204).end();
  }
}

/** Adds an outgoing hook of a room. */
export async function addHook(
  server: At,
  token: string,
  roomId: string,
  body: { url: string; events?: readonly string[] },
): Promise<NewOutgoingHook> {
  const path = `/rooms/${roomId}/hooks/outgoing`;
  const answer = await call<NewOutgoingHook>(server, 'POST', path, { token, body });
  expect(answer).toMatchObject({ status: 201, body: { url: body.url } });
  return answer.body;
}

/** The outgoing hooks of a room, as its moderators see them. */
export async function hooksOf(server: At, token: string, roomId: string): Promise<OutgoingHook[]> {
  const path = `/rooms/${roomId}/hooks`;
  const { body } = await call<{ hooks: OutgoingHook[] }>(server, 'GET', path, { token });
  return body.hooks;
}
