import type { FastifyRequest } from 'fastify';
import { ChatError } from '../../protocol/errors.ts';

/** A name or an address, and perhaps a port (RFC 9110, 7.2). */
const HOST = /^(?:[\w.~!$&'()*+,;=%\u0080-\u00ff-]*|\[[\da-f:.]+\])(?::\d*)?$/i;

/** How the server's own machine is called; no other machine can be. */
const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

/** What load balancers and service managers ask, by address. */
const isProbe = (url: string | undefined) => url === '/health' || url === '/ready';

/**
 * A hook that refuses requests with a missing, malformed or repeated Host, and, where PUBLIC_URL says how
 * the server is called, those for another one: a page of any site may have its own name point to this
 * server (DNS rebinding), and then browsers take the two for one site. The names of the loopback interface
 * cannot be made to point elsewhere, so whoever works on the same machine may use them.
 */
export function requireHost(publicUrl: string | null) {
  const own = publicUrl === null ? null : new URL(publicUrl);
  return (request: FastifyRequest): Promise<void> => {
    const { raw, host } = request;
    const given = hostsOf(raw.rawHeaders);
    // HTTP/1.0 has no Host, and no browser speaks it.
    const isBare = raw.headers.host === undefined && raw.httpVersion === '1.0';
    if (isBare) return Promise.resolve();
    if (raw.headers.host === undefined || given > 1 || !HOST.test(host)) {
      const message = 'A request needs one Host header, which names a host';
      return Promise.reject(new ChatError('validation_failed', { message }));
    }
    if (own === null || isProbe(request.routeOptions.url) || isOf(own, host)) {
      return Promise.resolve();
    }
    const message = `This server is ${own.origin}; open it there, or set PUBLIC_URL to the address in use`;
    return Promise.reject(new ChatError('forbidden', { message }));
  };
}

function hostsOf(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i]!.length === 4 && rawHeaders[i]!.toLowerCase() === 'host') count += 1;
  }
  return count;
}

/** Whether a Host is the server's own name: the default port of its scheme may be written or left out. */
function isOf(own: URL, host: string): boolean {
  const here = `${own.protocol}//${host}`;
  if (!URL.canParse(here)) return false;
  const asked = new URL(here);
  return asked.host === own.host || LOOPBACK.test(asked.hostname);
}
