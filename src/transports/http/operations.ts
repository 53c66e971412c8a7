import { Type } from 'typebox';
import type { Services } from '../../chat/services.ts';
import { headPos } from '../../chat/replay.ts';
import { ChatError } from '../../protocol/errors.ts';
import type { App } from '../app-type.ts';
import { response, refusals } from '../schemas.ts';

const tags = ['Operations'];
const Status = Type.Object({ status: Type.Literal('ok', { examples: ['ok'] }) });

/** Routes for those who run the server. */
export function registerOperations(app: App, { services }: { services: Services }): void {
  // Monitoring is not rate limited.
  const quiet = { logLevel: 'warn', config: { cost: 0 } } as const;

  app.get(
    '/health',
    {
      ...quiet,
      schema: {
        tags,
        operationId: 'getHealth',
        summary: 'Check that the process is alive',
        response: { 200: response('The process is alive', Status) },
      },
    },
    () => ({ status: 'ok' as const }),
  );

  app.get(
    '/ready',
    {
      ...quiet,
      schema: {
        tags,
        operationId: 'getReadiness',
        summary: 'Check that the server can handle requests',
        response: {
          200: response('The server is ready', Status),
          ...refusals('shutting_down', 'unavailable'),
        },
      },
    },
    async (request) => {
      if (services.isStopping()) throw new ChatError('shutting_down');
      await headPos(services).catch((error: unknown) => {
        request.log.error({ err: error }, 'database out of reach');
        throw new ChatError('unavailable');
      });
      return { status: 'ok' as const };
    },
  );
}
