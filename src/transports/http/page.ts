import { createHash } from 'node:crypto';
import fastifyStatic from '@fastify/static';
import { FILE_COST } from '../../chat/services/limits.ts';
import type { App } from '../app-type.ts';
import { documentHeaders } from '../security-headers.ts';
import { registerCompression } from './page-compression.ts';
import { pageFiles, pageHtml, pageVersion, readPageFile } from './page-files.ts';

/** Browsers revalidate it at each load, by its ETag. */
const REVALIDATED = 'no-cache';
/** Browsers keep it, and never ask for it again. */
const IMMUTABLE = 'public, max-age=31536000, immutable';
/** What documents load, and is none itself. A page loads a hundred of these, and headers are not compressed. */
const LOADED = /\.(?:css|m?js)$/;

/**
 * Serves the page. Each file has two routes, so no other path can lead to a file: its path, for those who embed the
 * client, and that below `/v/VERSION/`, which the page itself uses. There the relative imports of a module stay within
 * its version. A page of another version, open since before an update or from another node, gets the present files,
 * and does not keep them.
 */
export async function registerPage(app: App): Promise<void> {
  await app.register(async (scope) => {
    await scope.register(fastifyStatic, { serve: false, cacheControl: false });
    registerCompression(scope, readPageFile);
    for (const { path, root, name } of pageFiles.values()) {
      const options = optionsFor(path);
      scope.get(`/${path}`, options, async (_request, reply) => {
        reply.header('cache-control', REVALIDATED);
        return await reply.sendFile(name, root);
      });
      scope.get<{ Params: { version: string } }>(
        `/v/:version/${path}`,
        options,
        async ({ params }, reply) => {
          const isPresent = params.version === pageVersion;
          reply.header('cache-control', isPresent ? IMMUTABLE : REVALIDATED);
          if (LOADED.test(path)) for (const header of documentHeaders) reply.removeHeader(header);
          return await reply.sendFile(name, root);
        },
      );
    }
    const etag = `W/"${createHash('sha256').update(pageHtml).digest('base64url')}"`;
    for (const path of ['/', '/index.html']) {
      scope.get(path, optionsFor('index.html'), async (request, reply) => {
        reply.headers({ 'cache-control': REVALIDATED, etag });
        // Caches send the ETags of all versions that they have.
        if (request.headers['if-none-match']?.includes(etag)) return await reply.code(304).send();
        return await reply.type('text/html; charset=utf-8').send(pageHtml);
      });
    }
  });
}

const optionsFor = (file: string) => ({
  schema: { hide: true },
  config: { cost: FILE_COST, file },
});
