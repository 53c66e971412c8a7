import { Type } from 'typebox';
import { endSessionsOf, listSessionsOf } from '../../chat/admin-sessions.ts';
import type { Services } from '../../chat/services.ts';
import { AdminSession } from '../../protocol/administration.ts';
import { Id } from '../../protocol/resources.ts';
import { schemaRef } from '../../protocol/schema-ref.ts';
import type { App } from '../app-type.ts';
import { viewer, type Auth } from '../auth.ts';
import { authErrors, bearerSecurity, noContent, refusals, response } from '../schemas.ts';

const tags = ['Administration'];
const security = bearerSecurity;
const OfUser = Type.Object({ userId: Id });

/** Routes for the sessions of others. For admins. */
export function registerAdminSessions(
  app: App,
  { services, auth }: { services: Services; auth: Auth },
): void {
  const { signedIn } = auth;

  app.get(
    '/admin/users/:userId/sessions',
    {
      ...signedIn,
      schema: {
        tags,
        operationId: 'listSessionsOf',
        summary: 'List the sessions of an account',
        description: 'Admins only. Its sign-ins, the last used first, and then its API tokens.',
        security,
        params: OfUser,
        response: {
          200: response(
            'Those that have neither ended nor expired',
            Type.Object({ sessions: Type.Array(schemaRef(AdminSession)) }),
          ),
          ...refusals('forbidden', 'user_not_found', ...authErrors),
        },
      },
    },
    async (request) => ({
      sessions: await listSessionsOf(services, viewer(request), request.params.userId),
    }),
  );

  app.delete(
    '/admin/users/:userId/sessions',
    {
      ...signedIn,
      schema: {
        tags,
        operationId: 'endSessionsOf',
        summary: 'End all sessions of an account',
        description:
          'Admins only. API tokens too. The account itself stays as it is: its owner may sign in again.',
        security,
        params: OfUser,
        response: {
          204: noContent('The sessions have ended'),
          ...refusals('forbidden', 'user_not_found', ...authErrors),
        },
      },
    },
    async (request, reply) => {
      await endSessionsOf(services, viewer(request), request.params);
      return reply.code(204).send(null);
    },
  );

  app.delete(
    '/admin/users/:userId/sessions/:sessionId',
    {
      ...signedIn,
      schema: {
        tags,
        operationId: 'endSessionOf',
        summary: 'End a session of an account',
        description: 'Admins only. Its sockets and streams close. An API token is revoked.',
        security,
        params: Type.Object({ ...OfUser.properties, sessionId: Id }),
        response: {
          204: noContent('The session has ended'),
          ...refusals('forbidden', 'user_not_found', 'not_found', ...authErrors),
        },
      },
    },
    async (request, reply) => {
      await endSessionsOf(services, viewer(request), request.params);
      return reply.code(204).send(null);
    },
  );
}
