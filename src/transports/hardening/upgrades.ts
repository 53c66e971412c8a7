import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import fastifyWebsocket from '@fastify/websocket';
import type { FastifyInstance } from 'fastify';
import { Batcher } from '../../batcher.ts';
import { ChatError } from '../../protocol/errors.ts';
import { MAX_PAYLOAD_BYTES } from '../../protocol/limits.ts';
import { sendRawError } from '../errors.ts';
import { hasBody, isIgnoredUpgrade } from '../server-request.ts';
import { isResponsePending } from './unread-responses.ts';

/**
 * How many fragments one message may have. Each costs as much as a frame, and none is counted. Libraries that send
 * fragments make them a kilobyte or larger. Beyond this, `ws` closes with 1008.
 */
const MAX_FRAGMENTS = 128;

type Upgrade = (request: IncomingMessage, socket: Socket, head: Buffer) => void;

/**
 * Registers the WebSocket plugin. Call it before adding hooks that may reject: a refusal has to know that the request
 * is an upgrade.
 */
export async function registerUpgrades(app: FastifyInstance): Promise<void> {
  await app.register(fastifyWebsocket, {
    options: {
      maxPayload: MAX_PAYLOAD_BYTES,
      maxFragments: MAX_FRAGMENTS,
      // Pings count as frames, so the pongs are sent in websocket.ts.
      autoPong: false,
      perMessageDeflate: false,
    },
    // The connection manager closes the sockets, with a code that says why.
    preClose: (done) => done(),
  });
  validateUpgrades(app);
  // Node's parser stops after a request that offers an upgrade, accepted or not, and drops everything after it.
  // So the client learns that the connection ends.
  app.addHook('onRequest', (request, reply, done) => {
    if (isIgnoredUpgrade(request.raw)) reply.raw.shouldKeepAlive = false;
    done();
  });
}

/**
 * Validates every handshake before @fastify/websocket, which sends no response if the path is malformed. Call it
 * before adding other listeners.
 */
function validateUpgrades(app: FastifyInstance): void {
  const { server } = app;
  const [toWebSocket] = server.listeners('upgrade') as Upgrade[];
  server.removeAllListeners('upgrade');
  const upgrades = new Batcher<Parameters<Upgrade>>((all) => {
    for (const [request, socket, head] of all) {
      socket.removeListener('error', destroy);
      if (!socket.destroyed) toWebSocket!(request, socket, head);
    }
  });
  server.on('upgrade', (request, socket: Socket, head) => {
    // The client would take what is written now for the response to an earlier request.
    if (isResponsePending(socket)) return void socket.destroy();
    if (!isDecodable(request.url ?? '')) {
      return reject(app, socket, 'This path is not percent-encoded UTF-8');
    }
    const problem = handshakeProblem(request);
    if (problem !== null) return reject(app, socket, problem, { 'sec-websocket-version': '13' });
    // `ws` does not accept a list.
    request.headers.upgrade = 'websocket';
    // Until the plugin listens, nothing else does, and an unhandled 'error' event would end the process.
    socket.on('error', destroy);
    upgrades.add([request, socket, head]);
  });
}

function reject(
  app: FastifyInstance,
  socket: Socket,
  message: string,
  headers: Record<string, string> = {},
): void {
  sendRawError(app, socket, new ChatError('validation_failed', { message }), headers);
}

const TOKEN = String.raw`[\w!#$%&'*+.^\`|~-]+`;
const PROTOCOLS = new RegExp(`^${TOKEN}(?:[ \\t]*,[ \\t]*${TOKEN})*$`);

/**
 * Returns what is wrong with a handshake (RFC 6455, 4.2.1), or null. `ws` would detect it too, but only after the
 * room was joined.
 */
function handshakeProblem(request: IncomingMessage): string | null {
  const { method, headers } = request;
  const protocol = headers['sec-websocket-protocol'];
  if (method !== 'GET') return 'A WebSocket handshake must be a GET request';
  if (hasBody(request)) return 'A WebSocket handshake must not have a body';
  if (!/^[+/\dA-Za-z]{22}==$/.test(headers['sec-websocket-key'] ?? '')) {
    return 'Sec-WebSocket-Key must be 16 random bytes in base64';
  }
  if (!['13', '8'].includes(String(headers['sec-websocket-version']))) {
    return 'Sec-WebSocket-Version must be 13';
  }
  if (protocol === undefined) return null;
  const names = protocol.split(',').map((name) => name.trim());
  const isList = PROTOCOLS.test(protocol) && new Set(names).size === names.length;
  return isList ? null : 'Sec-WebSocket-Protocol must be a list of different names';
}

function destroy(this: Socket): void {
  this.destroy();
}

function isDecodable(url: string): boolean {
  try {
    decodeURIComponent(url.split('?', 1)[0]!);
    return true;
  } catch {
    return false;
  }
}
