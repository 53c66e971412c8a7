import { ServerResponse, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { Gathering } from '../gathering.ts';
import { refuseOn } from './errors.ts';

type Upgrade = (request: IncomingMessage, socket: Socket, head: Buffer) => void;

/**
 * Looks at every request to upgrade before @fastify/websocket does, which takes all of them for
 * WebSockets and answers none with a broken path. To be called once that plugin is registered, and
 * before anybody else listens.
 */
export function guardUpgrades(app: FastifyInstance): void {
  const { server } = app;
  const [toWebSocket] = server.listeners('upgrade') as Upgrade[];
  server.removeAllListeners('upgrade');
  const upgrades = new Gathering<Parameters<Upgrade>>((all) => {
    for (const [request, socket, head] of all) {
      socket.removeListener('error', destroy);
      if (!socket.destroyed) toWebSocket!(request, socket, head);
    }
  });
  server.on('upgrade', (request, socket: Socket, head) => {
    if (!isDecodable(request.url ?? '')) {
      refuseOn(socket, 'This path is not percent-encoded UTF-8');
    } else if (request.headers.upgrade?.toLowerCase() === 'websocket') {
      // Until the plugin listens, nobody else does, and an error that nobody hears ends the process.
      socket.on('error', destroy);
      upgrades.add([request, socket, head]);
    } else if (hasBody(request)) {
      // Node has stopped parsing: the body is out of reach.
      refuseOn(socket, 'This server speaks HTTP/1.1 and WebSocket; send no Upgrade with a body');
    } else {
      answerWithoutUpgrade(app, request, socket);
    }
  });
}

function destroy(this: Socket): void {
  this.destroy();
}

/** An offer to go on in HTTP/2 (Java's client makes it) may be passed over: RFC 9110, 7.8. */
function answerWithoutUpgrade(
  app: FastifyInstance,
  request: IncomingMessage,
  socket: Socket,
): void {
  socket.on('error', destroy);
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.on('finish', () => socket.end());
  app.routing(request, response);
}

const hasBody = ({ headers }: IncomingMessage) =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

function isDecodable(url: string): boolean {
  try {
    decodeURIComponent(url.split('?', 1)[0]!);
    return true;
  } catch {
    return false;
  }
}
