import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import fastifyHelmet from '@fastify/helmet';
import fastifyStatic from '@fastify/static';
import { packageRoot } from '../../package-root.ts';
import type { App } from '../app-type.ts';

const publicFolder = join(packageRoot, 'public');
const require = createRequire(import.meta.url);

/** The libraries of the page, served from where npm put them: there is no build step. */
const libraries = {
  '/vendor/preact/': 'preact',
  '/vendor/preact-hooks/': 'preact/hooks',
  '/vendor/htm/': 'htm',
  '/vendor/signals-core/': '@preact/signals-core',
  '/vendor/signals/': '@preact/signals',
};

/** The page, and for everything that the server answers the headers that keep browsers strict. */
export async function registerPage(app: App): Promise<void> {
  await app.register(fastifyHelmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'", ...inlineScriptHashes()],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        // Safari takes 'self' for http only; the scheme alone is enough for the page's own server.
        connectSrc: ["'self'", 'ws:', 'wss:'],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'self'"],
      },
    },
    // Whether there is TLS in front is not known here; who runs the proxy decides on HSTS.
    hsts: false,
  });
  await app.register(fastifyStatic, {
    root: publicFolder,
    // Checked again at every load (by ETag), so that a new version is seen at once.
    cacheControl: false,
    setHeaders: (reply) => void reply.header('cache-control', 'no-cache'),
  });
  for (const [prefix, name] of Object.entries(libraries)) {
    await app.register(fastifyStatic, {
      root: dirname(require.resolve(name)),
      prefix,
      decorateReply: false,
      cacheControl: false,
      setHeaders: (reply) => void reply.header('cache-control', 'no-cache'),
    });
  }
}

/** The import map must stand in the page itself, and is the one inline script that may run. */
function inlineScriptHashes(): string[] {
  const html = readFileSync(join(publicFolder, 'index.html'), 'utf8');
  const scripts = html.matchAll(/<script\b(?![^>]*\bsrc=)[^>]*>([\s\S]*?)<\/script>/g);
  return [...scripts].map(([, text]) => {
    const hash = createHash('sha256').update(text!).digest('base64');
    return `'sha256-${hash}'`;
  });
}
