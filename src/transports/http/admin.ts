import { Type, type TSchema } from 'typebox';
import * as admin from '../../chat/admin.ts';
import {
  listAccounts,
  listAudit,
  listRoomsBySize,
  requireAdmin,
} from '../../chat/administration.ts';
import { ServerStats } from '../../chat/services/server-stats.ts';
import type { Services } from '../../chat/services.ts';
import { ListAccounts, ListAudit, ListMembers, UpdateAccount } from '../../protocol/commands.ts';
import { schemaRef } from '../../protocol/schema-ref.ts';
import {
  AdminUser,
  AdminUserPage,
  AuditPage,
  RoomSizePage,
  ServerStats as ServerStatsBody,
} from '../../protocol/administration.ts';
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

  const list = <Page extends TSchema>(what: {
    operationId: string;
    summary: string;
    description: string;
    page: Page;
  }) => ({
    tags: ['Administration'],
    operationId: what.operationId,
    summary: what.summary,
    description: `Admins only. ${what.description}`,
    security: bearerSecurity,
    response: {
      200: response('A page', what.page),
      ...refusals('validation_failed', 'forbidden', ...authErrors),
    },
  });

  app.get(
    '/admin/users',
    {
      ...auth.signedIn,
      schema: {
        ...list({
          operationId: 'listAccounts',
          summary: 'List or search accounts',
          description: 'By name. Deleted accounts are not listed.',
          page: AdminUserPage,
        }),
        querystring: ListAccounts,
      },
    },
    async (request) => listAccounts(services, viewer(request), request.query),
  );

  app.get(
    '/admin/rooms',
    {
      ...auth.signedIn,
      schema: {
        ...list({
          operationId: 'listRoomsBySize',
          summary: 'List rooms by size',
          description: 'By the bytes of their files, then by their messages; the largest first.',
          page: RoomSizePage,
        }),
        querystring: ListMembers,
      },
    },
    async (request) => listRoomsBySize(services, viewer(request), request.query),
  );

  app.get(
    '/admin/audit',
    {
      ...auth.signedIn,
      schema: {
        ...list({
          operationId: 'listAudit',
          summary: 'Read the audit log',
          description: 'Newest first. Entries are kept for 180 days.',
          page: AuditPage,
        }),
        querystring: ListAudit,
      },
    },
    async (request) => listAudit(services, viewer(request), request.query),
  );

  const stats = new ServerStats(services.store);
  app.get(
    '/admin/stats',
    {
      ...auth.signedIn,
      schema: {
        tags: ['Administration'],
        operationId: 'getStats',
        summary: 'Get the numbers of the server',
        description: 'Admins only. They are counted at most once in ten seconds.',
        security: bearerSecurity,
        response: {
          200: response('The numbers', schemaRef(ServerStatsBody)),
          ...refusals('forbidden', ...authErrors),
        },
      },
    },
    async (request) => {
      requireAdmin(viewer(request));
      return stats.read();
    },
  );
}
