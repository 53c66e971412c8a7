import { Type } from 'typebox';
import type { Services } from '../../chat/services.ts';
import * as tokens from '../../chat/tokens.ts';
import { ApiToken, CreateToken, NewApiToken } from '../../protocol/bots.ts';
import { Id } from '../../protocol/resources.ts';
import { schemaRef } from '../../protocol/schema-ref.ts';
import type { App } from '../app-type.ts';
import { viewer, type Auth } from '../auth.ts';
import { authErrors, bearerSecurity, noContent, refusals, response } from '../schemas.ts';
import { secret } from '../security-headers.ts';

const tags = ['Tokens and bots'];

/** Routes for the API tokens of the caller. */
export function registerTokens(
  app: App,
  { services, auth }: { services: Services; auth: Auth },
): void {
  const { signedIn } = auth;
  const security = bearerSecurity;

  app.post(
    '/users/me/tokens',
    {
      ...signedIn,
      ...secret,
      schema: {
        tags,
        operationId: 'createToken',
        summary: 'Make an API token',
        description:
          'It is used like the token of a session, wherever one is, and need not be refreshed. It may not make or list ' +
          'tokens, change the password, list or end sessions, subscribe to push, or delete the account (`forbidden`). It ends ' +
          'when it expires or is revoked, when the password changes, or when the account is disabled. The response is ' +
          'the only one that has the token.',
        security,
        body: CreateToken,
        response: {
          201: response('The token', schemaRef(NewApiToken)),
          ...refusals('validation_failed', 'forbidden', 'quota_exceeded', ...authErrors),
        },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await tokens.createToken(services, viewer(request), request.body)),
  );

  app.get(
    '/users/me/tokens',
    {
      ...signedIn,
      schema: {
        tags,
        operationId: 'listTokens',
        summary: 'List your API tokens',
        security,
        response: {
          200: response(
            'The tokens, the newest first; expired ones too',
            Type.Object({ tokens: Type.Array(schemaRef(ApiToken)) }),
          ),
          ...refusals('forbidden', ...authErrors),
        },
      },
    },
    async (request) => ({ tokens: await tokens.listTokens(services, viewer(request)) }),
  );

  app.delete(
    '/users/me/tokens/:tokenId',
    {
      ...signedIn,
      schema: {
        tags,
        operationId: 'revokeToken',
        summary: 'Revoke one of your API tokens',
        description:
          'Its sockets and streams close. A token revokes itself with `POST /auth/logout`.',
        security,
        params: Type.Object({ tokenId: Id }),
        response: {
          204: noContent('The token is invalid'),
          ...refusals('forbidden', 'not_found', ...authErrors),
        },
      },
    },
    async (request, reply) => {
      await tokens.revokeToken(services, viewer(request), request.params.tokenId);
      return reply.code(204).send(null);
    },
  );
}
