import { Type } from 'typebox';
import * as accounts from '../../chat/accounts.ts';
import { deleteMe } from '../../chat/delete-account.ts';
import type { Services } from '../../chat/services.ts';
import { endSession, listSessions, logout } from '../../chat/sessions.ts';
import { DeleteMe, Login, Register, UpdateMe } from '../../protocol/commands.ts';
import { schemaRef } from '../../protocol/schema-ref.ts';
import { Id, Me, Session, SessionInfo, Ticket, UpdatedMe } from '../../protocol/resources.ts';
import { originOf } from '../address.ts';
import { viewer, type Auth } from '../auth.ts';
import { response, bearerSecurity, noContent, refusals, authErrors } from '../schemas.ts';
import { secret } from '../security-headers.ts';
import type { App } from '../app-type.ts';

const tags = ['Accounts'];

/** Routes for accounts: sign up, sign in, sessions, and the profile of the caller. */
export function registerAccounts(
  app: App,
  { services, auth }: { services: Services; auth: Auth },
): void {
  const { signedIn } = auth;

  app.post(
    '/auth/register',
    {
      ...secret,
      schema: {
        tags,
        operationId: 'register',
        summary: 'Create an account and sign in',
        description:
          'With `setupCode`, the account becomes the admin of a server that has none, even if ' +
          'registration is closed. With `invite`, it joins the room of the invite; where `REGISTRATION` is ' +
          '`invite`, nobody registers without one.',
        body: Register,
        response: {
          201: response('The account was created and is signed in', schemaRef(Session)),
          ...refusals('validation_failed', 'forbidden', 'email_taken', 'name_taken'),
          ...refusals('invite_not_found'),
          ...refusals('payload_too_large', 'unsupported_media_type', 'rate_limited', 'overloaded'),
        },
      },
    },
    async (request, reply) => {
      const grant = await accounts.register(services, request.body, originOf(request));
      return reply.code(201).send(auth.issue(grant));
    },
  );

  app.post(
    '/auth/login',
    {
      ...secret,
      schema: {
        tags,
        operationId: 'login',
        summary: 'Sign in',
        body: Login,
        response: {
          200: response('Signed in', schemaRef(Session)),
          ...refusals('validation_failed', 'invalid_credentials', 'forbidden'),
          ...refusals('rate_limited', 'overloaded'),
        },
      },
    },
    async (request) => auth.issue(await accounts.login(services, request.body, originOf(request))),
  );

  app.post(
    '/auth/refresh',
    {
      ...signedIn,
      ...secret,
      schema: {
        tags,
        operationId: 'refresh',
        summary: 'Get a newer token for the same session',
        description:
          'The old token remains valid until it expires. `forbidden` for an API token, and for the token of a ' +
          'host application, which issues new ones itself.',
        security: bearerSecurity,
        response: {
          200: response('The same session with a new token', schemaRef(Session)),
          ...refusals('forbidden', ...authErrors),
        },
      },
    },
    async (request) => auth.issue(await accounts.refresh(services, viewer(request))),
  );

  app.post(
    '/auth/logout',
    {
      ...signedIn,
      schema: {
        tags,
        operationId: 'logout',
        summary: 'End this session',
        description:
          'Every token of the session becomes invalid, and its sockets and streams are closed.',
        security: bearerSecurity,
        response: { 204: noContent('The session has ended'), ...refusals(...authErrors) },
      },
    },
    async (request, reply) => {
      await logout(services, viewer(request));
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/auth/ticket',
    {
      ...signedIn,
      ...secret,
      schema: {
        tags,
        operationId: 'createTicket',
        summary: 'Get a ticket that opens one socket or stream',
        description:
          'A ticket is valid once, for 30 s, as `?token=`, so the token itself does not appear in a URL. ' +
          'The socket or stream stays open as long as it would with the token.',
        security: bearerSecurity,
        response: { 201: response('The ticket', schemaRef(Ticket)), ...refusals(...authErrors) },
      },
    },
    async (request, reply) => reply.code(201).send(await auth.issueTicket(viewer(request))),
  );

  app.get(
    '/auth/sessions',
    {
      ...signedIn,
      schema: {
        tags,
        operationId: 'listSessions',
        summary: 'List your sessions',
        security: bearerSecurity,
        response: {
          200: response(
            'The sessions, most recently used first',
            Type.Object({ sessions: Type.Array(schemaRef(SessionInfo)) }),
          ),
          ...refusals('forbidden', ...authErrors),
        },
      },
    },
    async (request) => ({ sessions: await listSessions(services, viewer(request)) }),
  );

  app.delete(
    '/auth/sessions/:sessionId',
    {
      ...signedIn,
      schema: {
        tags,
        operationId: 'endSession',
        summary: 'End one of your sessions',
        security: bearerSecurity,
        params: Type.Object({ sessionId: Id }),
        response: {
          204: noContent('The session has ended'),
          ...refusals('forbidden', 'not_found', ...authErrors),
        },
      },
    },
    async (request, reply) => {
      await endSession(services, viewer(request), request.params.sessionId);
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/users/me',
    {
      ...signedIn,
      schema: {
        tags,
        operationId: 'getMe',
        summary: 'Get your account',
        security: bearerSecurity,
        response: { 200: response('Your account', schemaRef(Me)), ...refusals(...authErrors) },
      },
    },
    async (request) => accounts.getMe(services, viewer(request)),
  );

  app.patch(
    '/users/me',
    {
      ...signedIn,
      ...secret,
      schema: {
        tags,
        operationId: 'updateMe',
        summary: 'Change your name, colour, password or summaries by mail',
        description:
          'A new password requires `currentPassword`. It ends every session of the account, and the response ' +
          'has the token of a new session. `mailSummaries` is `forbidden` on a server that sends no mail, and for ' +
          'accounts without an email.',
        security: bearerSecurity,
        body: UpdateMe,
        response: {
          200: response('Your account after the change', schemaRef(UpdatedMe)),
          ...refusals(
            'validation_failed',
            'forbidden',
            'name_taken',
            'rate_limited',
            ...authErrors,
          ),
        },
      },
    },
    async (request) => {
      const { me, grant } = await accounts.updateMe(
        services,
        viewer(request),
        request.body,
        originOf(request),
      );
      if (!grant) return me;
      const { token, expiresAt } = auth.issue(grant);
      return { ...me, token, expiresAt };
    },
  );

  app.delete(
    '/users/me',
    {
      ...signedIn,
      schema: {
        tags,
        operationId: 'deleteMe',
        summary: 'Delete your account',
        description:
          'The account and all its sessions end. Its messages stay, by "Deleted user"; email and name become free. ' +
          'Rooms that you alone own, with others in them, need another owner first (`last_owner`). The last admin ' +
          'cannot go.',
        security: bearerSecurity,
        body: DeleteMe,
        response: {
          204: noContent('The account is deleted'),
          ...refusals(
            'validation_failed',
            'forbidden',
            'last_owner',
            'rate_limited',
            ...authErrors,
          ),
        },
      },
    },
    async (request, reply) => {
      const { currentPassword } = request.body;
      await deleteMe(services, viewer(request), currentPassword, originOf(request));
      return reply.code(204).send(null);
    },
  );
}
