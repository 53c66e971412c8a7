import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { packageRoot } from '../package.ts';

/**
 * The headers that keep browsers strict, on everything that the server answers: refusals that no route
 * makes (errors.ts) take them from here, too. Whether there is TLS in front is not known here, so HSTS
 * is left to the proxy.
 */
export const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'self'",
    `script-src ${["'self'", ...inlineScriptHashes()].join(' ')}`,
    "style-src 'self'",
    "img-src 'self' data:",
    // Browsers since 2022 take 'self' for the page's own WebSockets, too.
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

/** Sets them for every route that is added from now on. */
export function registerSecurityHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(securityHeaders);
    done();
  });
}

/** The import map must stand in the page itself, and is the one inline script that may run. */
function inlineScriptHashes(): string[] {
  const html = readFileSync(join(packageRoot, 'public/index.html'), 'utf8');
  const scripts = html.matchAll(/<script\b(?![^>]*\bsrc=)[^>]*>([\s\S]*?)<\/script>/g);
  return [...scripts].map(([, text]) => {
    const hash = createHash('sha256').update(text!).digest('base64');
    return `'sha256-${hash}'`;
  });
}
