import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { MAX_UNREAD_BYTES } from '../../realtime/connection.ts';

/**
 * How many requests of one connection may be in progress. HTTP/1.1 lets a client send the next request before it has
 * read the last response (RFC 9112, 9.3.2). Clients that do so send two or three.
 */
const MAX_PENDING = 4;

/** The responses that are being made or sent, by connection. */
const pending = new WeakMap<Socket, Set<ServerResponse>>();

/** Whether a complete request waits for its response on this connection, or a response is being sent. */
export function isResponsePending(socket: Socket): boolean {
  const responses = [...(pending.get(socket) ?? [])];
  return (
    responses.length > 1 || responses.some(({ headersSent, req }) => headersSent || req.complete)
  );
}

/** Call it once a connection has left HTTP: its last response would be kept in memory as long as it is open. */
export function forgetResponses(socket: Socket): void {
  pending.delete(socket);
}

/**
 * Closes connections that send request after request without reading the responses, which wait in memory. Call it
 * before adding other hooks, so that nothing is done for such requests.
 */
export function limitUnreadResponses(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    // An injected upgrade has no socket.
    const socket = request.raw.socket as Socket | undefined;
    if (!socket) return done();
    const responses = pending.get(socket) ?? new Set();
    if (
      socket.destroyed ||
      responses.size >= MAX_PENDING ||
      socket.writableLength > MAX_UNREAD_BYTES
    ) {
      socket.destroy();
      // Neither hooks nor the handler run for a hijacked reply.
      reply.hijack();
      return;
    }
    pending.set(socket, responses.add(reply.raw));
    reply.raw.once('close', () => responses.delete(reply.raw));
    done();
  });
}
