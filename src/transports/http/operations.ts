import { Type } from 'typebox';
import type { Services } from '../../chat/services.ts';
import { headPos } from '../../chat/replay.ts';
import { ChatError } from '../../protocol/errors.ts';
import type { App } from '../app-type.ts';
import { response, refusals } from '../schemas.ts';

const tags = ['Operations'];
const Status = Type.Object({ status: Type.Literal('ok', { examples: ['ok'] }) });

/** What those who run the server ask it. */
export function registerOperations(app: App, { services }: { services: Services }): void {
  // Whoever watches the server is not turned away by its load.
  const quiet = { logLevel: 'warn', config: { cost: 0 } } as const;

  app.get(
    '/health',
    {
      ...quiet,
      schema: {
        tags,
        summary: 'Is the process alive?',
        response: { 200: response('It is', Status) },
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
        summary: 'Should it be sent work?',
        response: {
          200: response('It should', Status),
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
