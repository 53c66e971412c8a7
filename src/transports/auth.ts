import type { Socket } from 'node:net';
import fastifyJwt from '@fastify/jwt';
import type { FastifyContextConfig, FastifyInstance, FastifyRequest } from 'fastify';
import type { Grant } from '../chat/accounts.ts';
import type { Services } from '../chat/services.ts';
import type { Viewer } from '../chat/viewer.ts';
import { REQUEST_COST } from '../chat/services/limits.ts';
import { viewerOfSession } from '../chat/sessions.ts';
import { Tickets } from '../chat/services/tickets.ts';
import { ChatError } from '../protocol/errors.ts';
import type { Session, Ticket } from '../protocol/resources.ts';
import { addressOf } from './address.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks, on routes that need somebody. */
    viewer: Viewer | null;
  }
  interface FastifyContextConfig {
    /** Whether a route needs somebody: its requests count for them, and others for their address. */
    isForSignedIn?: boolean;
    /** What a request counts for; by default `REQUEST_COST`. */
    cost?: number;
  }
}

declare module '@fastify/jwt' {
  interface FastifyJWT {
    payload: { sub: string; sid: string; iat?: number; exp: number };
    user: { sub: string; sid: string; iat: number; exp: number };
  }
}

const ISSUER = 'charla';

/** From credentials to viewers, for all doors alike. */
export interface Auth {
  /** The token for what accounts have granted. */
  issue(grant: Grant): Session;
  /** A ticket that stands for the viewer's token once. */
  issueTicket(asker: Viewer): Ticket;
  /** Who a token stands for; refuses a bad or expired one, and one whose session has ended. */
  viewerOf(token: string | undefined): Promise<Viewer>;
  /** For routes that need somebody: the token from the Authorization header. */
  readonly signedIn: SignedIn;
  /** The same, where a token or a ticket may stand in the query: browsers set no headers there. */
  readonly signedInByQuery: SignedIn;
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
    if (request.routeOptions.config?.isForSignedIn) return;
    await limits.request(addressOf(request), costOf(request));
  });

  // The body came after the token was looked at, and may have taken its time.
  app.addHook('preHandler', async ({ viewer: asker }) => {
    if (asker && services.manager.hasEnded(asker.sessionId)) throw new ChatError('session_revoked');
  });

  const viewerOf = async (token: string | undefined): Promise<Viewer> => {
    if (!token) throw new ChatError('token_missing');
    const { sub, sid, iat, exp } = verify(app, token);
    const [issuedAt, expiresAt] = [iat * 1000, exp * 1000];
    return viewerOfSession(services, { userId: sub, sessionId: sid, issuedAt, expiresAt });
  };
  const tickets = new Tickets();
  /** A ticket is good as long as the session of its maker, and what it opens as long as the token. */
  const viewerOfTicket = async (ticket: string): Promise<Viewer> => {
    const maker = tickets.redeem(ticket);
    if (!maker) {
      const message = 'This ticket was used or has expired; ask for another';
      throw new ChatError('token_invalid', { message });
    }
    if (maker.expiresAt <= Date.now()) throw new ChatError('token_expired');
    return viewerOfSession(services, { ...maker, userId: maker.user.id });
  };
  const signedIn = (identify: (request: FastifyRequest) => Promise<Viewer>): SignedIn => ({
    config: { isForSignedIn: true },
    onRequest: async (request) => {
      try {
        request.viewer = await identify(request);
      } catch (refusal) {
        // Counted for nobody's account: whoever has an ended token must not keep its owner out.
        await limits.request(addressOf(request), costOf(request));
        throw refusal;
      }
      await limits.request(request.viewer.user.id, costOf(request));
    },
  });
  return {
    viewerOf,
    issueTicket: (asker) => tickets.issue(asker),
    issue: ({ me, sessionId, expiresAt }) => ({
      token: app.jwt.sign({ sub: me.id, sid: sessionId, exp: expiresAt / 1000 }),
      expiresAt: new Date(expiresAt).toISOString(),
      user: me,
    }),
    signedIn: signedIn((request) => viewerOf(bearer(request))),
    signedInByQuery: signedIn((request) => {
      const { token } = request.query as { token?: unknown };
      if (typeof token !== 'string') return viewerOf(bearer(request));
      return Tickets.isTicket(token) ? viewerOfTicket(token) : viewerOf(token);
    }),
  };
}

/** The viewer of a route that has required one. */
export function viewer(request: FastifyRequest): Viewer {
  if (!request.viewer) throw new Error(`${request.routeOptions.url} requires no token`);
  return request.viewer;
}

/**
 * Counts a socket or stream of the viewer for as long as its TCP connection lasts. Throws `rate_limited`
 * where they have as many as they may.
 */
export function countConnection(
  { limits }: Pick<Services, 'limits'>,
  request: FastifyRequest,
): void {
  // An injected upgrade has none.
  const socket = request.raw.socket as Socket | undefined;
  if (!socket || socket.destroyed) return;
  socket.once('close', limits.connect(viewer(request).user.id));
}

/** The token of `Authorization: Bearer <token>`, with as many spaces between them as there are (RFC 9110, 11.4). */
function bearer({ headers }: FastifyRequest): string | undefined {
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
