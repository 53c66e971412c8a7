import { Type } from 'typebox';
import type { Chat } from '../../chat/chat.ts';
import * as users from '../../chat/users.ts';
import { ListUsers } from '../../protocol/commands.ts';
import { ref } from '../../protocol/ref.ts';
import { Id, User } from '../../protocol/resources.ts';
import type { App } from '../app-type.ts';
import type { Auth } from '../auth.ts';
import { answer, bearerSecurity, refusals, signedOut } from '../schemas.ts';

const tags = ['Users'];

/** The directory of people: to find somebody to talk to. */
export function registerUsers(app: App, { chat, auth }: { chat: Chat; auth: Auth }): void {
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
          200: answer('People, by name', Type.Object({ users: Type.Array(ref(User)) })),
          ...refusals('validation_failed', ...signedOut),
        },
      },
    },
    async (request) => ({ users: await users.listUsers(chat, request.query) }),
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
          200: answer('Who it is', ref(User)),
          ...refusals('user_not_found', ...signedOut),
        },
      },
    },
    async (request) => users.getUser(chat, request.params.userId),
  );
}
