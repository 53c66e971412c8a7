import { Type } from 'typebox';
import * as bots from '../../chat/bots.ts';
import type { Services } from '../../chat/services.ts';
import { BotPage, CreateBot, NewBot } from '../../protocol/bots.ts';
import { ListMembers } from '../../protocol/commands.ts';
import { Id } from '../../protocol/resources.ts';
import { schemaRef } from '../../protocol/schema-ref.ts';
import type { App } from '../app-type.ts';
import { viewer, type Auth } from '../auth.ts';
import { authErrors, bearerSecurity, noContent, refusals, response } from '../schemas.ts';
import { secret } from '../security-headers.ts';

const tags = ['Tokens and bots'];

/** Routes for bots. For admins. */
export function registerBots(
  app: App,
  { services, auth }: { services: Services; auth: Auth },
): void {
  const { signedIn } = auth;
  const security = bearerSecurity;
  const params = Type.Object({ userId: Id });

  app.post(
    '/bots',
    {
      ...signedIn,
      ...secret,
      schema: {
        tags,
        operationId: 'createBot',
        summary: 'Make a bot (admins)',
        description:
          'An account for a program: it does what people do, over HTTP, WebSocket and SSE, and is marked as a bot. It ' +
          'has no email and no password, only this token, which no other response has. It cannot be an admin.',
        security,
        body: CreateBot,
        response: {
          201: response('The bot and its token', schemaRef(NewBot)),
          ...refusals('validation_failed', 'forbidden', 'quota_exceeded', 'name_taken'),
          ...refusals(...authErrors),
        },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await bots.createBot(services, viewer(request), request.body)),
  );

  app.get(
    '/bots',
    {
      ...signedIn,
      schema: {
        tags,
        operationId: 'listBots',
        summary: 'List the bots (admins)',
        security,
        querystring: ListMembers,
        response: {
          200: response('A page of bots, those of webhooks too, sorted by name', BotPage),
          ...refusals('validation_failed', 'forbidden', ...authErrors),
        },
      },
    },
    async (request) => bots.listBots(services, viewer(request), request.query),
  );

  app.post(
    '/bots/:userId/token',
    {
      ...signedIn,
      ...secret,
      schema: {
        tags,
        operationId: 'renewBotToken',
        summary: 'Give a bot a new token (admins)',
        description: 'For a token that was lost, or that others know. The old one ends at once.',
        security,
        params,
        response: {
          201: response('The bot and its token', schemaRef(NewBot)),
          ...refusals('forbidden', 'user_not_found', ...authErrors),
        },
      },
    },
    async (request, reply) => {
      const { userId } = request.params;
      return reply.code(201).send(await bots.renewBotToken(services, viewer(request), userId));
    },
  );

  app.delete(
    '/bots/:userId',
    {
      ...signedIn,
      schema: {
        tags,
        operationId: 'deleteBot',
        summary: 'Delete a bot (admins)',
        description:
          'Its token ends, its sockets and streams close, and it leaves its rooms. Its messages stay, and its name is free. ' +
          'The bot of a webhook takes the webhook with it.',
        security,
        params,
        response: {
          204: noContent('The bot was deleted'),
          ...refusals('forbidden', 'user_not_found', 'last_owner', ...authErrors),
        },
      },
    },
    async (request, reply) => {
      await bots.deleteBot(services, viewer(request), request.params.userId);
      return reply.code(204).send(null);
    },
  );
}
