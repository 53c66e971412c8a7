import { Type } from 'typebox';
import * as admin from '../../chat/admin.ts';
import type { Services } from '../../chat/services.ts';
import { UpdateAccount } from '../../protocol/commands.ts';
import { schemaRef } from '../../protocol/schema-ref.ts';
import { AdminUser, Id } from '../../protocol/resources.ts';
import type { App } from '../app-type.ts';
import { viewer, type Auth } from '../auth.ts';
import { response, bearerSecurity, refusals, authErrors } from '../schemas.ts';

/** What admins do to accounts. */
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
        summary: 'Make somebody an admin, or disable an account',
        description:
          'For admins. A disabled account can sign in nowhere, and its sessions end at once. The last ' +
          'admin stays one, and nobody disables their own account.',
        security: bearerSecurity,
        params: Type.Object({ userId: Id }),
        body: UpdateAccount,
        response: {
          200: response('The account, as it is now', schemaRef(AdminUser)),
          ...refusals('validation_failed', 'forbidden', 'user_not_found', ...authErrors),
        },
      },
    },
    async (request) =>
      admin.updateAccount(services, viewer(request), request.params.userId, request.body),
  );
}
