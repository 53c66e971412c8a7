import type { FastifyRequest } from 'fastify';
import { ChatError } from '../../protocol/errors.ts';

/** A name or an address, with an optional port (RFC 9110, 7.2). */
const HOST = /^(?:[\w.~!$&'()*+,;=%\u0080-\u00ff-]*|\[[\da-f:.]+\])(?::\d*)?$/i;

/** The names of the server's own machine. They cannot point to another one. */
const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

/** Load balancers and service managers request these by address. */
const isProbe = (url: string | undefined) => url === '/health' || url === '/ready';

/**
 * Returns a hook that rejects requests with a missing, malformed or repeated Host. If PUBLIC_URL is set, it also
 * rejects every other host: a page of any site may let its own name point to this server (DNS rebinding), and
 * browsers then treat the two as one site. The names of the loopback interface cannot be rebound, so they
 * are accepted.
 */
export function requireHost(publicUrl: string | null) {
  const own = publicUrl === null ? null : new URL(publicUrl);
  return (request: FastifyRequest): Promise<void> => {
    const { raw, host } = request;
    const hostCount = countHosts(raw.rawHeaders);
    // HTTP/1.0 has no Host, and no browser uses it.
    const isBare = raw.headers.host === undefined && raw.httpVersion === '1.0';
    if (isBare) return Promise.resolve();
    if (raw.headers.host === undefined || hostCount > 1 || !HOST.test(host)) {
      const message = 'A request needs exactly one Host header with a valid host';
      return Promise.reject(new ChatError('validation_failed', { message }));
    }
    if (own === null || isProbe(request.routeOptions.url) || isOf(own, host)) {
      return Promise.resolve();
    }
    const message = `This server is ${own.origin}; open it there, or set PUBLIC_URL to the address in use`;
    return Promise.reject(new ChatError('forbidden', { message }));
  };
}

function countHosts(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i]!.length === 4 && rawHeaders[i]!.toLowerCase() === 'host') count += 1;
  }
  return count;
}

/** Whether a Host is the server's own. It may have the default port of the scheme or leave it out. */
function isOf(own: URL, host: string): boolean {
  const here = `${own.protocol}//${host}`;
  if (!URL.canParse(here)) return false;
  const requested = new URL(here);
  return requested.host === own.host || LOOPBACK.test(requested.hostname);
}
