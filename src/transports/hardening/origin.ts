import type { FastifyRequest } from 'fastify';
import type { Config } from '../../config.ts';
import { ChatError } from '../../protocol/errors.ts';

/**
 * Browsers let any page open a WebSocket or a stream anywhere, and only name the page in Origin. A
 * page of another site is refused. Who sends no Origin is not a browser, and has nothing to hide.
 */
export function requireKnownOrigin({ allowedOrigins, publicUrl }: Config) {
  return (request: FastifyRequest): Promise<void> => {
    const { origin } = request.headers;
    const isKnown =
      origin === undefined ||
      origin === publicUrl ||
      allowedOrigins.includes(origin) ||
      isOwn(origin, request);
    if (isKnown) return Promise.resolve();
    const message = `Pages of ${origin} may not connect; ALLOWED_ORIGINS can allow it`;
    return Promise.reject(new ChatError('forbidden', { message }));
  };
}

/** `http` or `https`, and nothing but a host and a port: no user, no path. */
const PLAIN_ORIGIN = /^(https?:)\/\/[^/?#@\\]+$/i;

/**
 * The page that this very server has served, under whichever name it was asked for. `Host` is read by the
 * Origin's scheme: a proxy may end TLS, and either may write the default port or leave it out.
 */
function isOwn(origin: string, request: FastifyRequest): boolean {
  const [, scheme] = PLAIN_ORIGIN.exec(origin) ?? [];
  if (scheme === undefined || !URL.canParse(origin)) return false;
  const here = `${scheme}//${request.host}`;
  return (
    PLAIN_ORIGIN.test(here) && URL.canParse(here) && new URL(here).host === new URL(origin).host
  );
}
