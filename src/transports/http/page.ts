import { createHash } from 'node:crypto';
import fastifyStatic from '@fastify/static';
import type { FastifyReply } from 'fastify';
import { FILE_COST } from '../../chat/services/limits.ts';
import type { App } from '../app-type.ts';
import { documentHeaders } from '../security-headers.ts';
import { registerCompression } from './page-compression.ts';
import {
  isOwnScript,
  loadedSource,
  PAGE_STYLES,
  pageFiles,
  pageHtml,
  pageStyles,
  pageVersion,
  readPageFile,
  WITHOUT_COMMENTS,
} from './page-files.ts';

/** Browsers revalidate it at each load, by its ETag. */
const REVALIDATED = 'no-cache';
/** Browsers keep it, and never ask for it again. */
const IMMUTABLE = 'public, max-age=31536000, immutable';
/** What documents load, and is none itself. */
const LOADED = /\.(?:css|m?js)$/;
/** What a file does not need that is kept for good. A page loads a hundred of these, and headers are not compressed. */
const REVALIDATION_HEADERS = ['etag', 'last-modified', 'accept-ranges'];

type OfVersion = { Params: { version: string } };

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
    scope.addHook('onSend', async (request, reply) => {
      if (reply.getHeader('cache-control') !== IMMUTABLE) return;
      for (const header of REVALIDATION_HEADERS) reply.removeHeader(header);
      // Since HTTP/1.1, connections are kept without a header that says so.
      if (request.raw.httpVersion === '1.1' && !reply.hasHeader('connection'))
        reply.raw.removeHeader('connection');
    });
    for (const { path, root, name } of pageFiles.values()) {
      scope.get(`/${path}`, optionsFor(path), async (_request, reply) => {
        reply.header('cache-control', REVALIDATED);
        return await reply.sendFile(name, root);
      });
      if (isOwnScript(path)) {
        serveMade(path, WITHOUT_COMMENTS + path, 'text/javascript', () => loadedSource(path));
        continue;
      }
      scope.get<OfVersion>(`/v/:version/${path}`, optionsFor(path), async ({ params }, reply) => {
        keepBy(reply, params.version, path);
        return await reply.sendFile(name, root);
      });
    }
    serveMade(PAGE_STYLES, PAGE_STYLES, 'text/css; charset=utf-8', () => pageStyles);

    /** Serves of a version what is made of files. `file` names it for the compression. */
    function serveMade(path: string, file: string, type: string, make: () => string): void {
      let made: { body: string; etag: string } | undefined;
      scope.get<OfVersion>(`/v/:version/${path}`, optionsFor(file), async ({ params }, reply) => {
        const body = made?.body ?? make();
        made ??= { body, etag: etagOf(body) };
        keepBy(reply, params.version, path);
        return await reply.header('etag', made.etag).type(type).send(body);
      });
    }
    const etag = etagOf(pageHtml);
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

/** Says how long a file is kept that was requested of a version. */
function keepBy(reply: FastifyReply, version: string, path: string): void {
  reply.header('cache-control', version === pageVersion ? IMMUTABLE : REVALIDATED);
  if (LOADED.test(path)) for (const header of documentHeaders) reply.removeHeader(header);
}

const etagOf = (content: string) =>
  `W/"${createHash('sha256').update(content).digest('base64url')}"`;
