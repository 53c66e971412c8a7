import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { MAX_UNREAD_BYTES } from '../../realtime/connection.ts';

/**
 * Requests of one connection that may be under way at once. HTTP/1.1 lets a client send the next before
 * it has read the answer to the last (RFC 9112, 9.3.2); those that do send two or three.
 */
const MAX_UNDER_WAY = 4;

/** The answers that are still being made or sent, by connection. */
const underWay = new WeakMap<Socket, Set<ServerResponse>>();

/** Whether a request that came whole awaits its answer on this connection, or one has begun to leave. */
export function isAnswerDue(socket: Socket): boolean {
  const answers = [...(underWay.get(socket) ?? [])];
  return answers.length > 1 || answers.some(({ headersSent, req }) => headersSent || req.complete);
}

/** For a connection that is none of HTTP any more: its last response would be kept as long as it lives. */
export function forgetAnswers(socket: Socket): void {
  underWay.delete(socket);
}

/**
 * Answers that nobody reads wait in memory, so a connection that asks for more and more of them is cut.
 * To be called before the other hooks, so that nothing is done for what is cut.
 */
export function boundUnreadAnswers(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    // An injected upgrade has none.
    const socket = request.raw.socket as Socket | undefined;
    if (!socket) return done();
    const answers = underWay.get(socket) ?? new Set();
    if (
      socket.destroyed ||
      answers.size >= MAX_UNDER_WAY ||
      socket.writableLength > MAX_UNREAD_BYTES
    ) {
      socket.destroy();
      // Neither hooks nor a handler run for a reply that somebody else has taken over.
      reply.hijack();
      return;
    }
    underWay.set(socket, answers.add(reply.raw));
    reply.raw.once('close', () => answers.delete(reply.raw));
    done();
  });
}
