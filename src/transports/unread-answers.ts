import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { MAX_UNREAD_BYTES } from '../realtime/connection.ts';

/**
 * Requests of one connection that may be under way at once. HTTP/1.1 lets a client send the next before
 * it has read the answer to the last (RFC 9112, 9.3.2); those that do send two or three.
 */
const MAX_UNDER_WAY = 4;

/**
 * Answers that nobody reads wait in memory, so a connection that asks for more and more of them is cut.
 * To be called before the other hooks, so that nothing is done for what is cut.
 */
export function boundUnreadAnswers(app: FastifyInstance): void {
  const underWay = new WeakMap<Socket, number>();
  app.addHook('onRequest', (request, reply, done) => {
    // An injected upgrade has none.
    const socket = request.raw.socket as Socket | undefined;
    if (!socket) return done();
    const count = (underWay.get(socket) ?? 0) + 1;
    if (socket.destroyed || count > MAX_UNDER_WAY || socket.writableLength > MAX_UNREAD_BYTES) {
      socket.destroy();
      // Neither hooks nor a handler run for a reply that somebody else has taken over.
      reply.hijack();
      return;
    }
    underWay.set(socket, count);
    reply.raw.once('close', () => underWay.set(socket, underWay.get(socket)! - 1));
    done();
  });
}
