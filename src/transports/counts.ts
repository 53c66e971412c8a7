import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Histogram, SECONDS, zeros } from '../counting.ts';
import { commands, type CommandType } from '../protocol/socket-commands.ts';
import { errorKinds, type ErrorCode } from '../protocol/errors.ts';

declare module 'fastify' {
  interface FastifyInstance {
    readonly counts: TransportCounts;
  }
}

const CODES = Object.keys(errorKinds) as ErrorCode[];

/** What the transports of one server count. */
export class TransportCounts {
  readonly refusals = { http: zeros(CODES), websocket: zeros(CODES) };
  /** TCP connections that were rejected, since strangers had too many. */
  rejectedConnections = 0;
  /** Requests that name their client in X-Forwarded-For, from an address that TRUST_PROXY does not trust. */
  untrustedForwards = 0;
  /** Commands over sockets. */
  readonly commands = zeros(Object.keys(commands) as CommandType[]);
  /** From the arrival of a command that writes until its ack. */
  readonly ackSeconds = new Histogram(SECONDS);
  /** Responses that were sent, by `METHOD route`. As many as there are routes. */
  readonly requests = new Map<string, RequestCounts>();
}

export interface RequestCounts {
  readonly method: string;
  readonly route: string;
  readonly byStatus: Map<number, number>;
  readonly seconds: Histogram;
}

/** The methods that routes have; any other is a stranger's invention. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Counts what the app does, in `app.counts`. Call it before adding routes. */
export function registerCounts(app: FastifyInstance): void {
  const counts = new TransportCounts();
  app.decorate('counts', counts);
  app.addHook('onRequest', (request, _reply, done) => {
    if (isUntrustedForward(request)) {
      counts.untrustedForwards += 1;
      if (counts.untrustedForwards === 1) {
        app.log.warn(
          { address: request.ip },
          'a request has X-Forwarded-For, and TRUST_PROXY does not trust its sender',
        );
      }
    }
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const method = METHODS.has(request.method) ? request.method : 'other';
    const { url = '', config } = request.routeOptions;
    const route = request.is404 ? 'none' : config.isPage ? 'page' : groupOf(url);
    const key = `${method} ${route}`;
    let known = counts.requests.get(key);
    if (!known) {
      known = { method, route, byStatus: new Map(), seconds: new Histogram(SECONDS) };
      counts.requests.set(key, known);
    }
    const { statusCode } = reply;
    known.byStatus.set(statusCode, (known.byStatus.get(statusCode) ?? 0) + 1);
    known.seconds.add(reply.elapsedTime / 1000);
    done();
  });
}

/** Of a trusted sender, at least one more address is read from the header. */
const isUntrustedForward = (request: FastifyRequest) =>
  request.headers['x-forwarded-for'] !== undefined && (request.ips ?? []).length < 2;

/** The documentation has a route for each of its files. */
const groupOf = (url: string) => (url.startsWith('/docs/') ? '/docs' : url);
