import { Type } from 'typebox';
import * as lists from '../../chat/server-lists.ts';
import type { Services } from '../../chat/services.ts';
import { ListMembers } from '../../protocol/commands.ts';
import { Id } from '../../protocol/resources.ts';
import { AdminHookPage, AdminInvitePage } from '../../protocol/server-lists.ts';
import type { App } from '../app-type.ts';
import { viewer, type Auth } from '../auth.ts';
import { authErrors, bearerSecurity, noContent, refusals, response } from '../schemas.ts';

const tags = ['Administration'];
const security = bearerSecurity;
const OfHook = Type.Object({ hookId: Id });

/** Routes for the hooks and invites of all rooms. For admins. */
export function registerServerLists(
  app: App,
  { services, auth }: { services: Services; auth: Auth },
): void {
  const { signedIn } = auth;

  app.get(
    '/admin/hooks',
    {
      ...signedIn,
      schema: {
        tags,
        operationId: 'listAllHooks',
        summary: 'List the hooks of all rooms, and how they fare',
        description:
          'Admins only. Newest first. Of URLs it has the host alone, and private rooms have no name here.',
        security,
        querystring: ListMembers,
        response: {
          200: response('A page', AdminHookPage),
          ...refusals('validation_failed', 'forbidden', ...authErrors),
        },
      },
    },
    async (request) => lists.listAllHooks(services, viewer(request), request.query),
  );

  app.post(
    '/admin/hooks/:hookId/resume',
    {
      ...signedIn,
      schema: {
        tags,
        operationId: 'resumeAnyHook',
        summary: 'Send again what an outgoing hook of any room has failed to deliver',
        description:
          'Admins only. Now, and not after the pause. A disabled hook is active again, and goes on where it stopped.',
        security,
        params: OfHook,
        response: {
          204: noContent('The hook is tried at once'),
          ...refusals('forbidden', 'not_found', ...authErrors),
        },
      },
    },
    async (request, reply) => {
      await lists.resumeAnyHook(services, viewer(request), request.params.hookId);
      return reply.code(204).send(null);
    },
  );

  app.delete(
    '/admin/hooks/:hookId',
    {
      ...signedIn,
      schema: {
        tags,
        operationId: 'deleteAnyHook',
        summary: 'Delete a hook of any room',
        description: 'Admins only. What an incoming one has posted stays; its bot leaves.',
        security,
        params: OfHook,
        response: {
          204: noContent('The hook is deleted'),
          ...refusals('forbidden', 'not_found', 'last_owner', ...authErrors),
        },
      },
    },
    async (request, reply) => {
      await lists.deleteAnyHook(services, viewer(request), request.params.hookId);
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/admin/invites',
    {
      ...signedIn,
      schema: {
        tags,
        operationId: 'listAllInvites',
        summary: 'List the invites into all rooms',
        description:
          'Admins only; `GET /invites` lists those that belong to no room. Without those that were revoked or have ' +
          'expired, newest first, and without their codes: each lets people into a room. A page may have fewer than ' +
          '`limit` before the last one.',
        security,
        querystring: ListMembers,
        response: {
          200: response('A page', AdminInvitePage),
          ...refusals('validation_failed', 'forbidden', ...authErrors),
        },
      },
    },
    async (request) => lists.listAllInvites(services, viewer(request), request.query),
  );

  app.delete(
    '/admin/invites/:inviteId',
    {
      ...signedIn,
      schema: {
        tags,
        operationId: 'revokeAnyInvite',
        summary: 'Revoke an invite into any room',
        description: 'Admins only. Its link lets nobody in any more. Whoever came by it stays.',
        security,
        params: Type.Object({ inviteId: Id }),
        response: {
          204: noContent('The invite was revoked'),
          ...refusals('forbidden', 'invite_not_found', ...authErrors),
        },
      },
    },
    async (request, reply) => {
      await lists.revokeAnyInvite(services, viewer(request), request.params.inviteId);
      return reply.code(204).send(null);
    },
  );
}
