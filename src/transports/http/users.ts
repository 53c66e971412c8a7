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

/** The directory of people: to find somebody to talk to, and to be left alone by somebody. */
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
        summary: 'Find people by name',
        security,
        querystring: ListUsers,
        response: {
          200: response('People, by name', Type.Object({ users: Type.Array(schemaRef(User)) })),
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
        summary: 'Look at somebody',
        security,
        params: Type.Object({ userId: Id }),
        response: {
          200: response('Who it is', schemaRef(User)),
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
        summary: 'List whom one has blocked',
        security,
        response: {
          200: response(
            'The blocked, by name',
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
        summary: 'Block somebody',
        description:
          'They can open no direct room with the caller, nor write in the one there is, nor add the ' +
          'caller to a room, and their mentions alert the caller no more. They are not told.',
        security,
        params: Type.Object({ userId: Id }),
        response: {
          204: noContent('They are blocked'),
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
        summary: 'Unblock somebody',
        security,
        params: Type.Object({ userId: Id }),
        response: {
          204: noContent('They are not blocked'),
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
