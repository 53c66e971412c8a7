import type { FastifyRequest } from 'fastify';
import { ChatError } from '../protocol/errors.ts';

/**
 * Browsers let any page open a WebSocket or a stream anywhere, and only name the page in Origin. A
 * page of another site is refused. Who sends no Origin is not a browser, and has nothing to hide.
 */
export function requireKnownOrigin(allowedOrigins: readonly string[]) {
  return (request: FastifyRequest): Promise<void> => {
    const { origin } = request.headers;
    if (origin === undefined || allowedOrigins.includes(origin) || isOwn(origin, request)) {
      return Promise.resolve();
    }
    const message = `Pages of ${origin} may not connect; ALLOWED_ORIGINS can allow it`;
    return Promise.reject(new ChatError('forbidden', { message }));
  };
}

/** The page that this very server has served, under whichever name it was asked for. */
function isOwn(origin: string, request: FastifyRequest): boolean {
  return URL.canParse(origin) && new URL(origin).host === request.host;
}
