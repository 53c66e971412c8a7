import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP, type AddressInfo } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { ChatError } from '../../protocol/errors.ts';
import type { App } from '../app-type.ts';
import { bearer } from '../auth.ts';
import type { Metrics, Sources } from '../metrics/registry.ts';
import { refusals } from '../schemas.ts';

/**
 * The numbers of the server for Prometheus. They are open where only programs of the same machine can connect;
 * elsewhere they need `token` (METRICS_TOKEN), and do not exist without it. A server that nobody watches does not load
 * what writes them.
 */
export function registerMetrics(app: App, sources: Sources, token: string | null): void {
  let metrics: Promise<Metrics> | undefined;
  const load = async () => {
    try {
      return new (await import('../metrics/registry.ts')).Metrics(sources);
    } catch (error) {
      // The next scrape tries again: a process may be out of file descriptors for a while.
      metrics = undefined;
      throw error;
    }
  };

  const authorize = async (request: FastifyRequest) => {
    const addresses = app.addresses() as AddressInfo[];
    if (addresses.length > 0 && addresses.every(({ address }) => isLoopback(address))) return;
    if (token === null) throw new ChatError('not_found');
    const given = bearer(request);
    if (given === undefined) throw new ChatError('token_missing', { message: NEEDED });
    if (!isSame(given, token)) throw new ChatError('token_invalid', { message: NEEDED });
  };

  app.get(
    '/metrics',
    {
      logLevel: 'warn',
      onRequest: authorize,
      schema: {
        tags: ['Operations'],
        operationId: 'getMetrics',
        summary: 'Read the metrics of this node (Prometheus)',
        description:
          'In the text format 0.0.4; docs/metrics.md explains each. Open where the server listens on a loopback ' +
          'address only. Elsewhere it needs `Authorization: Bearer` with `METRICS_TOKEN`, and is `not_found` ' +
          'without that setting.',
        response: {
          200: {
            description: 'The metrics',
            content: { 'text/plain': { schema: Type.String({ examples: [EXAMPLE] }) } },
          },
          ...refusals('token_missing', 'token_invalid', 'not_found', 'rate_limited'),
          ...refusals('shutting_down'),
        },
      },
    },
    async (_request, reply) => {
      const loaded = await (metrics ??= load());
      return await reply
        .header('cache-control', 'no-store')
        .type(loaded.contentType)
        .send(await loaded.scrape());
    },
  );
}

const NEEDED = 'Send Authorization: Bearer with the METRICS_TOKEN of this server';

const EXAMPLE =
  '# HELP charla_rooms_open Rooms that somebody reads on this node\n' +
  '# TYPE charla_rooms_open gauge\ncharla_rooms_open 3\n';

const isLoopback = (address: string): boolean =>
  isIP(address) === 4 ? address.startsWith('127.') : address === '::1';

/** Takes as long whatever is given. */
const isSame = (given: string, token: string): boolean =>
  timingSafeEqual(digest(given), digest(token));

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
