import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { CODE_MS, codeFor, redeemCode, signInFromOutside } from '../../chat/outside-sign-in.ts';
import { OpenId, SignInError, type Departure, type Failure } from '../../chat/services/open-id.ts';
import type { Services } from '../../chat/services.ts';
import { ChatError } from '../../protocol/errors.ts';
import { Session } from '../../protocol/resources.ts';
import { schemaRef } from '../../protocol/schema-ref.ts';
import { originOf } from '../address.ts';
import type { App } from '../app-type.ts';
import type { Auth } from '../auth.ts';
import { refusals, response } from '../schemas.ts';
import { secret as secretHeaders } from '../security-headers.ts';
import { cookieOf, Seal, setCookie } from '../signed-cookie.ts';

const tags = ['Accounts'];
/** How long somebody may take at the provider, in milliseconds. */
const DEPARTURE_MS = 10 * 60_000;

const redirect = (description: string) => ({ ...Type.Null(), description });

/**
 * Routes for sign-in by an OpenID provider. The browser leaves with a signed cookie that says what it has to bring back,
 * and comes back to the page with another cookie, which the page exchanges for the session: no token is in a URL.
 */
export function registerOpenId(
  app: App,
  { services, auth, secret }: { services: Services; auth: Auth; secret: string },
): void {
  const { openId: settings, publicUrl } = services.config;
  const openId = settings && new OpenId(settings, services.log);
  const seal = new Seal(secret, 'charla sign-in by OpenID');
  const cookie = { path: '/auth/oidc', secure: publicUrl?.startsWith('https:') ?? false };
  const departureCookie = {
    ...cookie,
    name: 'charla-departure',
    maxAgeSeconds: DEPARTURE_MS / 1000,
    sameSite: 'Lax',
  } as const;
  const codeCookie = {
    ...cookie,
    name: 'charla-sign-in',
    maxAgeSeconds: CODE_MS / 1000,
    sameSite: 'Strict',
  } as const;

  function requireOpenId(): OpenId {
    if (openId) return openId;
    throw new ChatError('not_found', { message: 'No OpenID provider signs people in here' });
  }
  /** Brings the browser back to the page, which says how it went. */
  const toPage = (reply: FastifyReply, result: Failure | 'done') =>
    reply.redirect(`${publicUrl}/?signIn=${result}`);

  async function arrive(request: FastifyRequest, reply: FastifyReply): Promise<Failure | 'done'> {
    const departure = seal.open(cookieOf(request, departureCookie)) as Departure | null;
    // Good once: whoever has the URL from a history cannot use it again.
    setCookie(reply, departureCookie, null);
    if (!departure) return 'expired';
    try {
      const { search } = new URL(request.url, 'http://this');
      const person = await requireOpenId().arrive(search, departure);
      const grant = await signInFromOutside(services, person, originOf(request));
      setCookie(reply, codeCookie, await codeFor(services, grant));
      return 'done';
    } catch (error) {
      if (error instanceof SignInError) return error.failure;
      if (error instanceof ChatError && error.code === 'forbidden') return 'disabled';
      throw error;
    }
  }

  app.get(
    '/auth/oidc',
    {
      ...secretHeaders,
      schema: {
        tags,
        operationId: 'startOpenIdSignIn',
        summary: 'Sign in with the OpenID provider',
        description:
          'For browsers: sends them to the provider, or back to the page where it is out of reach.',
        response: { 302: redirect('To the provider'), ...refusals('not_found') },
      },
    },
    async (_request, reply) => {
      try {
        const { url, departure } = await requireOpenId().depart();
        setCookie(reply, departureCookie, seal.close(departure, Date.now() + DEPARTURE_MS));
        return await reply.redirect(url.href);
      } catch (error) {
        if (error instanceof SignInError) return await toPage(reply, error.failure);
        throw error;
      }
    },
  );

  app.get(
    '/auth/oidc/callback',
    {
      ...secretHeaders,
      schema: {
        tags,
        operationId: 'finishOpenIdSignIn',
        summary: 'Come back from the OpenID provider',
        description:
          'For browsers: brings them to the page with `?signIn=done`, or with why it failed.',
        response: { 302: redirect('To the page'), ...refusals('not_found') },
      },
    },
    async (request, reply) => {
      requireOpenId();
      return await toPage(reply, await arrive(request, reply));
    },
  );

  app.get(
    '/auth/oidc/logout',
    {
      ...secretHeaders,
      schema: {
        tags,
        operationId: 'signOutAtOpenIdProvider',
        summary: 'Sign out at the OpenID provider, too',
        description:
          'For browsers, once they have signed out here (`POST /auth/logout`): sends them to the provider, which sends them ' +
          'back to the page; or to the page at once, where the provider has no sign-out or cannot be reached.',
        response: { 302: redirect('To the provider, or to the page'), ...refusals('not_found') },
      },
    },
    async (_request, reply) => {
      const back = `${publicUrl}/`;
      const away = await requireOpenId().signOutUrl(back);
      return reply.redirect(away?.href ?? back);
    },
  );

  app.post(
    '/auth/oidc/session',
    {
      ...secretHeaders,
      schema: {
        tags,
        operationId: 'getOpenIdSession',
        summary: 'Get the session after a sign-in with the OpenID provider',
        description: 'For the page: takes the cookie that the callback has set, once and for 30 s.',
        response: {
          200: response('Signed in', schemaRef(Session)),
          ...refusals('token_invalid', 'session_revoked', 'not_found'),
        },
      },
    },
    async (request, reply) => {
      requireOpenId();
      setCookie(reply, codeCookie, null);
      return auth.issue(await redeemCode(services, cookieOf(request, codeCookie)));
    },
  );
}
