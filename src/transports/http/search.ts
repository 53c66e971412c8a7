import type { Services } from '../../chat/services.ts';
import { search } from '../../chat/search.ts';
import { Search } from '../../protocol/commands.ts';
import { SearchPage } from '../../protocol/search.ts';
import type { App } from '../app-type.ts';
import { viewer, type Auth } from '../auth.ts';
import { response, bearerSecurity, refusals, authErrors } from '../schemas.ts';

/** The route that searches messages. */
export function registerSearch(
  app: App,
  { services, auth }: { services: Services; auth: Auth },
): void {
  app.get(
    '/search',
    {
      ...auth.signedIn,
      schema: {
        tags: ['Messages'],
        operationId: 'searchMessages',
        summary: 'Search the messages that you can read',
        description:
          'Finds messages with every word of `q`; the last word may be incomplete. Case and accents do ' +
          'not matter, and Chinese, Japanese and Korean words are found within a sentence. Newest first.',
        security: bearerSecurity,
        querystring: Search,
        response: {
          200: response('A page of results', SearchPage),
          ...refusals('validation_failed', 'forbidden', 'room_not_found', ...authErrors),
        },
      },
    },
    async (request) => search(services, viewer(request), request.query),
  );
}
