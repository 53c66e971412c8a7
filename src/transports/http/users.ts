import { Type } from 'typebox';
import * as blocks from '../../chat/blocks.ts';
import type { Services } from '../../chat/services.ts';
import * as users from '../../chat/users.ts';
import { ListUsers } from '../../protocol/commands.ts';
import { schemaRef } from '../../protocol/schema-ref.ts';
import { Id, User } from '../../protocol/resources.ts';
import type { App } from '../app-type.ts';
import { viewer, type Auth } from '../auth.ts';
import { response, bearerSecurity, noContent, refusals, authErrors } from '../schemas.ts';

const tags = ['Users'];

/** Routes for people: find and block them. */
export function registerUsers(
  app: App,
  { services, auth }: { services: Services; auth: Auth },
): void {
  const { signedIn } = auth;
  const security = bearerSecurity;

  app.get(
    '/users',
    {
      ...signedIn,
      schema: {
        tags,
        operationId: 'listUsers',
        summary: 'Find people by name',
        security,
        querystring: ListUsers,
        response: {
          200: response(
            'People, sorted by name',
            Type.Object({ users: Type.Array(schemaRef(User)) }),
          ),
          ...refusals('validation_failed', ...authErrors),
        },
      },
    },
    async (request) => ({ users: await users.listUsers(services, request.query) }),
  );

  app.get(
    '/users/:userId',
    {
      ...signedIn,
      schema: {
        tags,
        operationId: 'getUser',
        summary: 'Get a user',
        security,
        params: Type.Object({ userId: Id }),
        response: {
          200: response('The user', schemaRef(User)),
          ...refusals('user_not_found', ...authErrors),
        },
      },
    },
    async (request) => users.getUser(services, request.params.userId),
  );

  app.get(
    '/users/me/blocks',
    {
      ...signedIn,
      schema: {
        tags,
        operationId: 'listBlockedUsers',
        summary: 'List whom you have blocked',
        security,
        response: {
          200: response(
            'The blocked users, sorted by name',
            Type.Object({ users: Type.Array(schemaRef(User)) }),
          ),
          ...refusals(...authErrors),
        },
      },
    },
    async (request) => ({ users: await blocks.listBlocked(services, viewer(request)) }),
  );

  app.put(
    '/users/:userId/block',
    {
      ...signedIn,
      schema: {
        tags,
        operationId: 'blockUser',
        summary: 'Block a user',
        description:
          'They can no longer open a direct room with you, write in an existing one, or add you to a ' +
          'room, and their mentions no longer alert you. They are not notified.',
        security,
        params: Type.Object({ userId: Id }),
        response: {
          204: noContent('The user is blocked'),
          ...refusals('forbidden', 'quota_exceeded', 'user_not_found', ...authErrors),
        },
      },
    },
    async (request, reply) => {
      await blocks.blockUser(services, viewer(request), request.params.userId);
      return reply.code(204).send(null);
    },
  );

  app.delete(
    '/users/:userId/block',
    {
      ...signedIn,
      schema: {
        tags,
        operationId: 'unblockUser',
        summary: 'Unblock a user',
        security,
        params: Type.Object({ userId: Id }),
        response: {
          204: noContent('The user is not blocked'),
          ...refusals('user_not_found', ...authErrors),
        },
      },
    },
    async (request, reply) => {
      await blocks.unblockUser(services, viewer(request), request.params.userId);
      return reply.code(204).send(null);
    },
  );
}
