import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { ChatError } from '../../protocol/errors.ts';
import { addressKey } from '../address.ts';
import { sendRawError } from '../errors.ts';

/**
 * How many connections may be open on which nobody has signed in yet: in all, and from one network. A browser opens
 * six at most, so 200 are more than thirty people behind one address who open the page at the same moment. 2,000
 * that hold a body of 64 KiB each take 128 MB.
 */
const MAX_IN_ALL = 2000;
const MAX_PER_NETWORK = 200;
/** A request that has taken longer than this may be dropped, in milliseconds. The longest is a login under load. */
const SLOW_MS = 5000;

/** A connection on which nobody has signed in. */
interface Unauthenticated {
  readonly socket: Socket;
  /** Null if many people may share its address. */
  readonly network: string | null;
  /** The pools that it counts in: that of its network, and that of all. */
  readonly pools: readonly Pool[];
  /** How many of its requests are in progress. An upgrade stays in progress. */
  pending: number;
  /** Whether it has sent any request. */
  isUsed: boolean;
  /** When it became busy, by `performance.now()`. */
  busySince: number;
}

/** Connections that share a limit. */
class Pool {
  readonly #max: number;
  /** Both in the order in which they became so. */
  readonly #idle = new Set<Unauthenticated>();
  readonly #busy = new Set<Unauthenticated>();

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#idle.size + this.#busy.size;
  }

  get isFull(): boolean {
    return this.size >= this.#max;
  }

  /** Adds a connection, or moves it to the end of the idle or the busy ones. */
  put(connection: Unauthenticated): void {
    this.delete(connection);
    (connection.pending > 0 ? this.#busy : this.#idle).add(connection);
  }

  delete(connection: Unauthenticated): void {
    this.#idle.delete(connection);
    this.#busy.delete(connection);
  }

  /** Returns the connection to close for a new one: the longest idle, or else the longest busy if it is slow. */
  evictable(): Unauthenticated | null {
    for (const connection of this.#idle) return connection;
    for (const connection of this.#busy) {
      return performance.now() - connection.busySince > SLOW_MS ? connection : null;
    }
    return null;
  }
}

/**
 * Limits the connections on which nobody has signed in. At the limit, the longest idle one is closed for the new
 * one. If all are busy, the new one is rejected. A connection that has sent a valid token no longer counts.
 * Addresses that many people may share (`isShared`) count in all only.
 *
 * Returns a function that closes the connections that were never used. Browsers open some in advance, and Node,
 * which does not count those as idle, would wait for them when it closes.
 */
export function limitUnauthenticatedConnections(
  app: FastifyInstance,
  isShared: (address: string) => boolean,
): () => void {
  const connections = new Map<Socket, Unauthenticated>();
  const all = new Pool(MAX_IN_ALL);
  const networks = new Map<string, Pool>();

  const forget = (socket: Socket) => {
    const connection = connections.get(socket);
    if (!connection) return;
    connections.delete(socket);
    for (const pool of connection.pools) pool.delete(connection);
    const { network } = connection;
    if (network !== null && networks.get(network)?.size === 0) networks.delete(network);
  };

  app.server.on('connection', (socket: Socket) => {
    const { remoteAddress = '' } = socket;
    const network = isShared(remoteAddress) ? null : addressKey(remoteAddress);
    const own = network === null ? [] : [networks.get(network) ?? new Pool(MAX_PER_NETWORK)];
    const pools = [...own, all];
    for (const pool of pools) {
      if (!pool.isFull) continue;
      const evicted = pool.evictable();
      if (!evicted) {
        app.counts.rejectedConnections += 1;
        sendRawError(app, socket, new ChatError('overloaded'));
        socket.destroySoon();
        return;
      }
      forget(evicted.socket);
      evicted.socket.destroy();
    }
    const connection = { socket, network, pools, pending: 0, isUsed: false, busySince: 0 };
    connections.set(socket, connection);
    if (network !== null) networks.set(network, own[0]!);
    for (const pool of pools) pool.put(connection);
    socket.once('close', () => forget(socket));
  });
  app.addHook('onRequest', (request, reply, done) => {
    const connection = connections.get(request.raw.socket);
    if (!connection) return done();
    connection.isUsed = true;
    connection.pending += 1;
    if (connection.pending === 1) {
      connection.busySince = performance.now();
      for (const pool of connection.pools) pool.put(connection);
    }
    reply.raw.once('close', () => {
      connection.pending -= 1;
      // It may have signed in or been closed meanwhile.
      if (connection.pending > 0 || !connections.has(connection.socket)) return;
      for (const pool of connection.pools) pool.put(connection);
    });
    done();
  });
  // Runs after the hooks of the route, which verify the token.
  app.addHook('preParsing', (request, _reply, _payload, done) => {
    if (request.viewer) forget(request.raw.socket);
    done();
  });
  return () => {
    for (const { socket, isUsed } of connections.values()) if (!isUsed) socket.destroy();
  };
}
