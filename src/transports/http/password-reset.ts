import { Type } from 'typebox';
import { makeResetLink, resetPassword } from '../../chat/reset.ts';
import type { Services } from '../../chat/services.ts';
import { ResetPassword } from '../../protocol/commands.ts';
import { ResetLink } from '../../protocol/administration.ts';
import { Id, Session } from '../../protocol/resources.ts';
import { schemaRef } from '../../protocol/schema-ref.ts';
import { originOf } from '../address.ts';
import type { App } from '../app-type.ts';
import { viewer, type Auth } from '../auth.ts';
import { authErrors, bearerSecurity, refusals, response } from '../schemas.ts';
import { secret } from '../security-headers.ts';
import { publicOrigin } from '../public-origin.ts';

/** Routes for links that set a new password. */
export function registerPasswordReset(
  app: App,
  { services, auth }: { services: Services; auth: Auth },
): void {
  app.post(
    '/admin/users/:userId/reset-link',
    {
      ...auth.signedIn,
      ...secret,
      schema: {
        tags: ['Administration'],
        operationId: 'makeResetLink',
        summary: 'Make a link that sets a new password',
        description:
          'Admins only: hand it to the owner of the account, over a way that you trust. It works once, for an ' +
          'hour; of one account, the three newest work. A disabled account must be enabled first.',
        security: bearerSecurity,
        params: Type.Object({ userId: Id }),
        response: {
          201: response('The link', schemaRef(ResetLink)),
          ...refusals('validation_failed', 'forbidden', 'user_not_found', ...authErrors),
        },
      },
    },
    async (request, reply) => {
      const base = publicOrigin(request, services.config);
      const { userId } = request.params;
      return reply.code(201).send(await makeResetLink(services, viewer(request), userId, base));
    },
  );

  app.post(
    '/auth/reset',
    {
      ...secret,
      schema: {
        tags: ['Accounts'],
        operationId: 'resetPassword',
        summary: 'Set a new password by a link',
        description:
          'Signs in, and ends every other session of the account. A link that is wrong, was used or has expired is ' +
          '`token_invalid`.',
        body: ResetPassword,
        response: {
          200: response('The new session', schemaRef(Session)),
          ...refusals('validation_failed', 'token_invalid', 'forbidden'),
          ...refusals('rate_limited', 'overloaded'),
        },
      },
    },
    async (request) => auth.issue(await resetPassword(services, request.body, originOf(request))),
  );
}
