import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import fastifyHelmet from '@fastify/helmet';
import fastifyStatic, { type FastifyStaticOptions } from '@fastify/static';
import type { FastifyError } from 'fastify';
import { packageRoot } from '../../package.ts';
import { FILE_COST } from '../../chat/limits.ts';
import { ChatError } from '../../protocol/errors.ts';
import type { App } from '../app-type.ts';
import { sendError } from '../errors.ts';

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
        // Browsers since 2022 take 'self' for the page's own WebSockets, too.
        connectSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'self'"],
      },
    },
    // Whether there is TLS in front is not known here; who runs the proxy decides on HSTS.
    hsts: false,
  });
  await app.register(async (scope) => {
    scope.setErrorHandler((error: FastifyError, request, reply) => {
      // A path that no file can have (with a NUL, with `..`) is one where there is nothing.
      const isMiss = (error.statusCode ?? 500) < 500;
      return sendError(isMiss ? new ChatError('not_found') : error, request, reply);
    });
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, cost: FILE_COST };
    });
    await scope.register(fastifyStatic, { ...fresh, root: publicFolder });
    for (const [prefix, name] of Object.entries(libraries)) {
      const root = dirname(require.resolve(name));
      await scope.register(fastifyStatic, { ...fresh, root, prefix, decorateReply: false });
    }
  });
}

/** Asked for again at every load (by ETag), so that a new version is seen at once. */
const fresh: Pick<FastifyStaticOptions, 'cacheControl' | 'setHeaders'> = {
  cacheControl: false,
  setHeaders: (reply) => void reply.header('cache-control', 'no-cache'),
};

/** The import map must stand in the page itself, and is the one inline script that may run. */
function inlineScriptHashes(): string[] {
  const html = readFileSync(join(publicFolder, 'index.html'), 'utf8');
  const scripts = html.matchAll(/<script\b(?![^>]*\bsrc=)[^>]*>([\s\S]*?)<\/script>/g);
  return [...scripts].map(([, text]) => {
    const hash = createHash('sha256').update(text!).digest('base64');
    return `'sha256-${hash}'`;
  });
}
