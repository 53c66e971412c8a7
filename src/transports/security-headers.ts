import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { pageHtml } from './http/page-files.ts';

/**
 * The security headers of every response. Refusals that no route makes (errors.ts) use them too. HSTS is left to the
 * proxy, since this server does not know whether there is TLS in front of it.
 */
export const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'self'",
    `script-src ${["'self'", ...inlineScriptHashes()].join(' ')}`,
    "style-src 'self'",
    // Of files that somebody is about to send, the page shows what it has.
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    // In browsers since 2022, 'self' covers the page's own WebSockets.
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'self'",
  ].join(';'),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-frame-options': 'SAMEORIGIN',
  'x-permitted-cross-domain-policies': 'none',
};

/** Those that concern documents only: scripts and stylesheets can go without. */
export const documentHeaders: readonly string[] = Object.keys(securityHeaders).filter(
  (name) => !['cross-origin-resource-policy', 'x-content-type-options'].includes(name),
);

/** Sets them on every route that is added from now on. */
export function registerSecurityHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(securityHeaders);
    done();
  });
}

/** The import map must be inline, and boot.js is put there; no other inline script may run. */
function inlineScriptHashes(): string[] {
  const html = pageHtml;
  const scripts = html.matchAll(/<script(?: type="importmap")?>([\s\S]*?)<\/script>/g);
  return [...scripts].map(([, text]) => {
    const hash = createHash('sha256').update(text!).digest('base64');
    return `'sha256-${hash}'`;
  });
}

/** For routes whose responses have credentials: keeps them out of every cache. */
export const secret = {
  onSend: async (_request: FastifyRequest, reply: FastifyReply) =>
    void reply.header('cache-control', 'no-store'),
};
