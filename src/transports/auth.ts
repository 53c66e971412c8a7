import type { Socket } from 'node:net';
import fastifyJwt from '@fastify/jwt';
import type { FastifyContextConfig, FastifyInstance, FastifyRequest } from 'fastify';
import type { Grant } from '../chat/accounts.ts';
import { viewerOfHostToken } from '../chat/host-sign-in.ts';
import type { Services } from '../chat/services.ts';
import type { Viewer } from '../chat/viewer.ts';
import { LINK_MS } from '../chat/services/file-links.ts';
import { REQUEST_COST } from '../chat/services/limits.ts';
import { viewerOfSession } from '../chat/sessions.ts';
import { HostTokens } from '../chat/services/host-tokens.ts';
import { isApiToken, viewerOfToken } from '../chat/tokens.ts';
import { Tickets } from '../chat/services/tickets.ts';
import { ChatError } from '../protocol/errors.ts';
import type { Session, Ticket } from '../protocol/resources.ts';
import { addressOf } from './address.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sent the request, on routes that require a token. */
    viewer: Viewer | null;
  }
  interface FastifyContextConfig {
    /** Whether a route requires a token: its requests count for the user, others for their address. */
    requiresAuth?: boolean;
    /** How much a request counts against the limits; by default `REQUEST_COST`. */
    cost?: number;
    /** Whether a route serves files of the page. */
    isPage?: boolean;
  }
}

declare module '@fastify/jwt' {
  interface FastifyJWT {
    payload: { sub: string; sid: string; iat?: number; exp: number };
    user: { sub: string; sid: string; iat: number; exp: number };
  }
}

const ISSUER = 'charla';

/** Turns credentials into viewers, for every transport. */
export interface Auth {
  /** Issues the token of a session. */
  issue(grant: Grant): Session;
  /** Issues a ticket that replaces the viewer's token once. */
  issueTicket(issuer: Viewer): Promise<Ticket>;
  /** Verifies a token. Rejects with a 401 code if it is missing, invalid or expired, or its session has ended. */
  viewerOf(token: string | undefined): Promise<Viewer>;
  /** For routes that require a token, in the Authorization header. */
  readonly signedIn: SignedIn;
  /** The same, but the query may have a token or ticket: browsers cannot set headers on WebSockets and EventSource. */
  readonly signedInByQuery: SignedIn;
  /** The same for a file, of which the query may have a link. */
  readonly signedInByLink: SignedIn;
}

interface SignedIn {
  readonly onRequest: (request: FastifyRequest) => Promise<void>;
  readonly config: FastifyContextConfig;
}

export async function registerAuth(
  app: FastifyInstance,
  services: Services,
  secret: string,
): Promise<Auth> {
  await app.register(fastifyJwt, {
    secret,
    sign: { algorithm: 'HS256', iss: ISSUER },
    verify: {
      algorithms: ['HS256'],
      checkTyp: 'JWT',
      allowedIss: ISSUER,
      requiredClaims: ['iss', 'sub', 'sid', 'iat', 'exp'],
    },
  });
  app.decorateRequest('viewer', null);
  const { limits } = services;
  const costOf = ({ routeOptions }: FastifyRequest) => routeOptions.config?.cost ?? REQUEST_COST;
  app.addHook('onRequest', async (request) => {
    if (request.routeOptions.config?.requiresAuth) return;
    await limits.request({ address: addressOf(request) }, costOf(request));
  });

  // The session may have ended while the body arrived.
  app.addHook('preHandler', async ({ viewer: sender }) => {
    if (sender && services.manager.hasEnded(sender.sessionId))
      throw new ChatError('session_revoked');
  });

  const { hostTokens: settings } = services.config;
  const hostTokens = settings && new HostTokens(settings, services.log);
  const viewerOf = async (token: string | undefined): Promise<Viewer> => {
    if (!token) throw new ChatError('token_missing');
    if (hostTokens && HostTokens.looksLikeOne(token)) {
      return viewerOfHostToken(services, await hostTokens.verify(token));
    }
    if (isApiToken(token)) return viewerOfToken(services, token);
    const { sub, sid, iat, exp } = verify(app, token);
    const [issuedAt, expiresAt] = [iat * 1000, exp * 1000];
    return viewerOfSession(services, { userId: sub, sessionId: sid, issuedAt, expiresAt });
  };
  const tickets = new Tickets(services.store.cluster);
  /** A ticket is valid as long as its issuer's session; the connection it opens lasts as long as their token. */
  const viewerOfTicket = async (ticket: string): Promise<Viewer> => {
    const issuer = await tickets.redeem(ticket);
    if (!issuer) {
      const message = 'This ticket was used or has expired; request another';
      throw new ChatError('token_invalid', { message });
    }
    if (issuer.expiresAt <= Date.now()) throw new ChatError('token_expired');
    return viewerOfSession(services, { ...issuer, userId: issuer.user.id });
  };
  /** A link is valid as long as the session of whoever requested it. */
  const viewerOfLink = async (fileId: string, link: string): Promise<Viewer> => {
    const owner = services.fileLinks.verify(fileId, link);
    return viewerOfSession(services, { ...owner, issuedAt: owner.expiresAt - LINK_MS });
  };
  const signedIn = (identify: (request: FastifyRequest) => Promise<Viewer>): SignedIn => ({
    config: { requiresAuth: true },
    onRequest: async (request) => {
      try {
        request.viewer = await identify(request);
      } catch (refusal) {
        // Counts for the address, not for the account: an ended token must not lock its owner out.
        await limits.request({ address: addressOf(request) }, costOf(request));
        throw refusal;
      }
      await limits.request({ userId: request.viewer.user.id }, costOf(request));
    },
  });
  return {
    viewerOf,
    issueTicket: (issuer) => tickets.issue(issuer),
    issue: ({ me, sessionId, expiresAt }) => ({
      token: app.jwt.sign({ sub: me.id, sid: sessionId, exp: expiresAt / 1000 }),
      expiresAt: new Date(expiresAt).toISOString(),
      user: me,
    }),
    signedIn: signedIn((request) => viewerOf(bearer(request))),
    signedInByLink: signedIn((request) => {
      const { link } = request.query as { link?: unknown };
      if (typeof link !== 'string') return viewerOf(bearer(request));
      const { fileId } = request.params as { fileId: string };
      return viewerOfLink(fileId, link);
    }),
    signedInByQuery: signedIn((request) => {
      const { token } = request.query as { token?: unknown };
      if (typeof token !== 'string') return viewerOf(bearer(request));
      return Tickets.isTicket(token) ? viewerOfTicket(token) : viewerOf(token);
    }),
  };
}

/** Returns the viewer of a request. Throws on routes that do not require a token. */
export function viewer(request: FastifyRequest): Viewer {
  if (!request.viewer) throw new Error(`${request.routeOptions.url} requires no token`);
  return request.viewer;
}

/**
 * Counts a socket or stream of the viewer for as long as its TCP connection lasts. Throws `rate_limited` if they
 * have too many.
 */
export async function countConnection(
  { limits }: Pick<Services, 'limits'>,
  request: FastifyRequest,
): Promise<void> {
  // An injected upgrade has no socket.
  const socket = request.raw.socket as Socket | undefined;
  if (!socket || socket.destroyed) return;
  const release = await limits.connect(viewer(request).user.id);
  // The peer may have disconnected meanwhile.
  if (socket.destroyed) release();
  else socket.once('close', release);
}

/** Reads the token of `Authorization: Bearer <token>`, with one space or more between them (RFC 9110, 11.4). */
export function bearer({ headers }: FastifyRequest): string | undefined {
  return /^bearer[ \t]+(.+)$/is.exec(headers.authorization?.trim() ?? '')?.[1];
}

/** How far ahead the clock of another server with the same key may be, in seconds. */
const CLOCK_SKEW = 60;

function verify(
  app: FastifyInstance,
  token: string,
): { sub: string; sid: string; iat: number; exp: number } {
  let claims: { sub: unknown; sid: unknown; iat: unknown; exp: unknown };
  try {
    claims = app.jwt.verify(token);
  } catch (error) {
    const expired = (error as { code?: string }).code === 'FAST_JWT_EXPIRED';
    throw new ChatError(expired ? 'token_expired' : 'token_invalid');
  }
  const { sub, sid, iat, exp } = claims;
  const areTyped =
    typeof sub === 'string' &&
    typeof sid === 'string' &&
    typeof iat === 'number' &&
    typeof exp === 'number';
  if (!areTyped || iat > Date.now() / 1000 + CLOCK_SKEW) throw new ChatError('token_invalid');
  return { sub, sid, iat, exp };
}
