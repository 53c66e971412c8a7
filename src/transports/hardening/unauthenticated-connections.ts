import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { ChatError } from '../../protocol/errors.ts';
import { addressKey } from '../address.ts';
import { refuseOn } from '../errors.ts';

/**
 * How many connections there may be on which nobody has signed in yet: in all, and of one network. A browser
 * opens six at most, so 200 are more than thirty people who open the page behind one address at the same
 * moment; 2,000 that hold a body of 64 KiB each take 128 MB.
 */
const MAX_IN_ALL = 2000;
const MAX_OF_NETWORK = 200;
/** A request that is older than this may be given up, in milliseconds; the longest is a login in a crowd. */
const SLOW_MS = 5000;

/** A connection on which nobody has signed in. */
interface Stranger {
  readonly socket: Socket;
  /** Null where its address may be many people's. */
  readonly network: string | null;
  /** Those of its network, and all. */
  readonly crowds: readonly Crowd[];
  /** Requests under way; an upgrade stays so. */
  underWay: number;
  /** Whether it has ever asked for anything. */
  used: boolean;
  /** Since when it is busy, by the clock of `performance`. */
  busySince: number;
}

/** Strangers that share a bound. */
class Crowd {
  readonly #max: number;
  /** Both in the order in which they became so. */
  readonly #idle = new Set<Stranger>();
  readonly #busy = new Set<Stranger>();

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#idle.size + this.#busy.size;
  }

  get isFull(): boolean {
    return this.size >= this.#max;
  }

  note(stranger: Stranger): void {
    this.drop(stranger);
    (stranger.underWay > 0 ? this.#busy : this.#idle).add(stranger);
  }

  drop(stranger: Stranger): void {
    this.#idle.delete(stranger);
    this.#busy.delete(stranger);
  }

  /** Who has to make room: who has asked for nothing for longest, else who is busy for too long. */
  weakest(): Stranger | null {
    for (const stranger of this.#idle) return stranger;
    for (const stranger of this.#busy) {
      return performance.now() - stranger.busySince > SLOW_MS ? stranger : null;
    }
    return null;
  }
}

/**
 * Bounds the connections on which nobody has signed in. At the bound, the one that has been idle for longest
 * makes room, so whoever has something to ask gets in; where all are busy, who comes is refused. A connection
 * on which a valid token came does not count any more. `isShared` tells addresses that many people may share: they
 * count among all only.
 *
 * Returns the function that ends those which were never used: browsers open some ahead of any need, and
 * Node, which does not count them as idle, would wait for them when it closes.
 */
export function boundStrangers(
  app: FastifyInstance,
  isShared: (address: string) => boolean,
): () => void {
  const strangers = new Map<Socket, Stranger>();
  const everybody = new Crowd(MAX_IN_ALL);
  const networks = new Map<string, Crowd>();

  const forget = (socket: Socket) => {
    const stranger = strangers.get(socket);
    if (!stranger) return;
    strangers.delete(socket);
    for (const crowd of stranger.crowds) crowd.drop(stranger);
    const { network } = stranger;
    if (network !== null && networks.get(network)?.size === 0) networks.delete(network);
  };

  app.server.on('connection', (socket: Socket) => {
    const { remoteAddress = '' } = socket;
    const network = isShared(remoteAddress) ? null : addressKey(remoteAddress);
    const own = network === null ? [] : [networks.get(network) ?? new Crowd(MAX_OF_NETWORK)];
    const crowds = [...own, everybody];
    for (const crowd of crowds) {
      if (!crowd.isFull) continue;
      const weakest = crowd.weakest();
      if (!weakest) {
        refuseOn(socket, new ChatError('overloaded'));
        socket.destroySoon();
        return;
      }
      forget(weakest.socket);
      weakest.socket.destroy();
    }
    const stranger = { socket, network, crowds, underWay: 0, used: false, busySince: 0 };
    strangers.set(socket, stranger);
    if (network !== null) networks.set(network, own[0]!);
    for (const crowd of crowds) crowd.note(stranger);
    socket.once('close', () => forget(socket));
  });
  app.addHook('onRequest', (request, reply, done) => {
    const stranger = strangers.get(request.raw.socket);
    if (!stranger) return done();
    stranger.used = true;
    stranger.underWay += 1;
    if (stranger.underWay === 1) {
      stranger.busySince = performance.now();
      for (const crowd of stranger.crowds) crowd.note(stranger);
    }
    reply.raw.once('close', () => {
      stranger.underWay -= 1;
      // One that was forgotten meanwhile stays so.
      if (stranger.underWay > 0 || !strangers.has(stranger.socket)) return;
      for (const crowd of stranger.crowds) crowd.note(stranger);
    });
    done();
  });
  // After the hooks of the route, which look at the token.
  app.addHook('preParsing', (request, _reply, _payload, done) => {
    if (request.viewer) forget(request.raw.socket);
    done();
  });
  return () => {
    for (const { socket, used } of strangers.values()) if (!used) socket.destroy();
  };
}
