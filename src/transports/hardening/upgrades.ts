import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import fastifyWebsocket from '@fastify/websocket';
import type { FastifyInstance } from 'fastify';
import { Batcher } from '../../batcher.ts';
import { ChatError } from '../../protocol/errors.ts';
import { MAX_PAYLOAD_BYTES } from '../../protocol/resources.ts';
import { refuseOn } from '../errors.ts';
import { hasBody, isPassedOver } from '../server-request.ts';
import { isAnswerDue } from './unread-responses.ts';

/**
 * Fragments of one message. Each costs as much as a frame does and is counted by nobody, so there are
 * to be few; libraries that send fragments make them of a kilobyte or more. `ws` closes with 1008.
 */
const MAX_FRAGMENTS = 128;

type Upgrade = (request: IncomingMessage, socket: Socket, head: Buffer) => void;

/**
 * Prepares for WebSockets. To be called before other hooks that may refuse: a refusal must know that it answers
 * a request to upgrade.
 */
export async function registerUpgrades(app: FastifyInstance): Promise<void> {
  await app.register(fastifyWebsocket, {
    options: {
      maxPayload: MAX_PAYLOAD_BYTES,
      maxFragments: MAX_FRAGMENTS,
      // Pings count like other frames, and are answered by hand.
      autoPong: false,
      perMessageDeflate: false,
    },
    // Sockets are closed by the connection manager, with a code that says why.
    preClose: (done) => done(),
  });
  guardUpgrades(app);
  // Node's parser stops at the end of a request that offers an upgrade, whether or not it is taken, and drops
  // what has come behind it: whoever sent that is told so.
  app.addHook('onRequest', (request, reply, done) => {
    if (isPassedOver(request.raw)) reply.raw.shouldKeepAlive = false;
    done();
  });
}

/**
 * Looks at every handshake before @fastify/websocket does, which answers none with a broken path. To be called
 * before anybody else listens.
 */
function guardUpgrades(app: FastifyInstance): void {
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
    // What is written now would be taken for the answer to an earlier request.
    if (isAnswerDue(socket)) return void socket.destroy();
    if (!isDecodable(request.url ?? '')) {
      return refuse(socket, 'This path is not percent-encoded UTF-8');
    }
    const misfit = misfitOf(request);
    if (misfit !== null) return refuse(socket, misfit, { 'sec-websocket-version': '13' });
    // `ws` takes no list.
    request.headers.upgrade = 'websocket';
    // Until the plugin listens, nobody else does, and an error that nobody hears ends the process.
    socket.on('error', destroy);
    upgrades.add([request, socket, head]);
  });
}

function refuse(socket: Socket, message: string, headers: Record<string, string> = {}): void {
  refuseOn(socket, new ChatError('validation_failed', { message }), headers);
}

const TOKEN = String.raw`[\w!#$%&'*+.^\`|~-]+`;
const PROTOCOLS = new RegExp(`^${TOKEN}(?:[ \\t]*,[ \\t]*${TOKEN})*$`);

/**
 * What is wrong with a handshake (RFC 6455, 4.2.1), or null. `ws` would say so as well, but only when the room
 * has been joined.
 */
function misfitOf(request: IncomingMessage): string | null {
  const { method, headers } = request;
  const protocol = headers['sec-websocket-protocol'];
  if (method !== 'GET') return 'A WebSocket is opened by GET';
  if (hasBody(request)) return 'The request that opens a WebSocket has no body';
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
