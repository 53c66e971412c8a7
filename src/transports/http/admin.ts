import { Type } from 'typebox';
import * as admin from '../../chat/admin.ts';
import type { Services } from '../../chat/services.ts';
import { UpdateAccount } from '../../protocol/commands.ts';
import { schemaRef } from '../../protocol/schema-ref.ts';
import { AdminUser } from '../../protocol/administration.ts';
import { Id } from '../../protocol/resources.ts';
import type { App } from '../app-type.ts';
import { viewer, type Auth } from '../auth.ts';
import { response, bearerSecurity, refusals, authErrors } from '../schemas.ts';

/** Routes for admins. */
export function registerAdmin(
  app: App,
  { services, auth }: { services: Services; auth: Auth },
): void {
  app.patch(
    '/admin/users/:userId',
    {
      ...auth.signedIn,
      schema: {
        tags: ['Administration'],
        operationId: 'updateAccount',
        summary: 'Grant or revoke admin rights, disable or enable an account',
        description:
          'Admins only. A disabled account cannot sign in, and its sessions end at once. The last admin ' +
          'cannot be demoted, and admins cannot disable their own account.',
        security: bearerSecurity,
        params: Type.Object({ userId: Id }),
        body: UpdateAccount,
        response: {
          200: response('The account after the change', schemaRef(AdminUser)),
          ...refusals('validation_failed', 'forbidden', 'user_not_found', ...authErrors),
        },
      },
    },
    async (request) =>
      admin.updateAccount(services, viewer(request), request.params.userId, request.body),
  );
}
