import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import fastifyStatic, { type FastifyStaticOptions } from '@fastify/static';
import { packageRoot } from '../../package.ts';
import { FILE_COST } from '../../chat/services/limits.ts';
import type { App } from '../app-type.ts';

const require = createRequire(import.meta.url);

/** The page's libraries, served from node_modules, since there is no build step. */
const libraries = {
  '/vendor/preact/': 'preact',
  '/vendor/preact-hooks/': 'preact/hooks',
  '/vendor/htm/': 'htm',
  '/vendor/signals-core/': '@preact/signals-core',
  '/vendor/signals/': '@preact/signals',
  '/vendor/linkify-it/': 'linkify-it',
  '/vendor/uc.micro/': 'uc.micro',
};

/** Serves the page. Each file has a route, so no other path can lead to a file. */
export async function registerPage(app: App): Promise<void> {
  await app.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, cost: FILE_COST };
    });
    await scope.register(fastifyStatic, {
      ...files,
      root: join(packageRoot, 'public'),
      globIgnore: ['**/tsconfig.json'],
    });
    for (const [prefix, name] of Object.entries(libraries)) {
      const root = dirname(require.resolve(name));
      await scope.register(fastifyStatic, { ...files, root, prefix, decorateReply: false });
    }
  });
}

const files: Pick<FastifyStaticOptions, 'wildcard' | 'cacheControl' | 'setHeaders'> = {
  wildcard: false,
  // Browsers revalidate every file at each load (by ETag), so they use a new version at once.
  cacheControl: false,
  setHeaders: (reply) => void reply.header('cache-control', 'no-cache'),
};
