import type { FastifyRequest } from 'fastify';
import type { Config } from '../../config.ts';
import { ChatError } from '../../protocol/errors.ts';

/**
 * Returns a hook that rejects pages of other sites. Browsers let any page open a WebSocket or a stream to any server,
 * and only name the page in Origin. A client that sends no Origin is not a browser, so it is accepted.
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
    const message = `Pages of ${origin} may not connect; add the origin to ALLOWED_ORIGINS to allow it`;
    return Promise.reject(new ChatError('forbidden', { message }));
  };
}

/** `http` or `https`, a host, an optional port, and nothing else: no user, no path. */
const PLAIN_ORIGIN = /^(https?:)\/\/[^/?#@\\]+$/i;

/**
 * Whether the page was served by this server, under whichever name. `Host` is read with the Origin's scheme, since a
 * proxy may terminate TLS, and either header may have the default port or leave it out.
 */
function isOwn(origin: string, request: FastifyRequest): boolean {
  const [, scheme] = PLAIN_ORIGIN.exec(origin) ?? [];
  if (scheme === undefined || !URL.canParse(origin)) return false;
  const here = `${scheme}//${request.host}`;
  return (
    PLAIN_ORIGIN.test(here) && URL.canParse(here) && new URL(here).host === new URL(origin).host
  );
}
