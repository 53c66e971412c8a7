import { createHash } from 'node:crypto';
import fastifyStatic from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { FILE_COST } from '../../chat/services/limits.ts';
import { ChatError } from '../../protocol/errors.ts';
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
  type PageFile,
} from './page-files.ts';

/** Browsers revalidate it at each load, by its ETag. */
const REVALIDATED = 'no-cache';
/** Browsers keep it, and never ask for it again. */
const IMMUTABLE = 'public, max-age=31536000, immutable';
/** What documents load, and is none itself. */
const LOADED = /\.(?:css|m?js)$/;
/** What a file does not need that is kept for good. A page loads a hundred of these, and headers are not compressed. */
const REVALIDATION_HEADERS = ['etag', 'last-modified', 'accept-ranges'];

type OfFolder = { Params: { '*': string } };
type OfVersion = { Params: { version: string; '*': string } };

const config = { cost: FILE_COST, isPage: true };
const options = { schema: { hide: true }, config };
const inFolder = withPaths((path) => pageFiles.has(path.slice(1)));
const ofVersion = withPaths((path) => {
  const file = /^\/v\/[^/]+\/(.+)$/.exec(path)?.[1];
  return file !== undefined && (file === PAGE_STYLES || pageFiles.has(file));
});

function withPaths(hasPath: (path: string) => boolean) {
  return { ...options, config: { ...config, hasPath } };
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The file of the page that a request is for, to keep it compressed. */
    pageFile: string | null;
  }
}

/**
 * Serves the page. What is not in the list of its files is not found, so no path can lead to any other. A file has two:
 * its own, for those who embed the client, and that below `/v/VERSION/`, which the page itself uses. There the relative imports
 * of a module stay within its version. A page of another version, open since before an update or from another node, gets
 * the present files, and does not keep them.
 */
export async function registerPage(app: App): Promise<void> {
  await app.register(async (scope) => {
    await scope.register(fastifyStatic, { serve: false, cacheControl: false });
    scope.decorateRequest('pageFile', null);
    registerCompression(scope, readPageFile);
    scope.addHook('onSend', async (request, reply) => {
      if (reply.getHeader('cache-control') !== IMMUTABLE) return;
      for (const header of REVALIDATION_HEADERS) reply.removeHeader(header);
      // Since HTTP/1.1, connections are kept without a header that says so.
      if (request.raw.httpVersion === '1.1' && !reply.hasHeader('connection'))
        reply.raw.removeHeader('connection');
    });

    // A route for each of several hundred files would cost every start a fifth of a second, and some megabytes.
    const folders = new Set<string>();
    for (const path of pageFiles.keys()) {
      const end = path.indexOf('/');
      if (end >= 0) folders.add(path.slice(0, end));
      else scope.get(`/${path}`, options, (request, reply) => sendAsItIs(request, reply, path));
    }
    for (const folder of folders) {
      scope.get<OfFolder>(`/${folder}/*`, inFolder, (request, reply) =>
        sendAsItIs(request, reply, `${folder}/${request.params['*']}`),
      );
    }
    scope.get<OfVersion>('/v/:version/*', ofVersion, (request, reply) => {
      const { version, '*': path } = request.params;
      return sendOfVersion(request, reply, version, path);
    });

    const etag = etagOf(pageHtml);
    for (const path of ['/', '/index.html']) {
      scope.get(path, options, async (request, reply) => {
        request.pageFile = 'index.html';
        reply.headers({ 'cache-control': REVALIDATED, etag });
        // Caches send the ETags of all versions that they have.
        if (request.headers['if-none-match']?.includes(etag)) return await reply.code(304).send();
        return await reply.type('text/html; charset=utf-8').send(pageHtml);
      });
    }
  });
}

/** Sends a file at its own path, where browsers revalidate it. */
function sendAsItIs(request: FastifyRequest, reply: FastifyReply, path: string): FastifyReply {
  const { root, name } = fileAt(path);
  request.pageFile = path;
  return reply.header('cache-control', REVALIDATED).sendFile(name, root);
}

/** Sends a file as the page loads it: its stylesheets as one, its own scripts without comments. */
function sendOfVersion(
  request: FastifyRequest,
  reply: FastifyReply,
  version: string,
  path: string,
): FastifyReply {
  const isStyles = path === PAGE_STYLES;
  const file = isStyles ? null : fileAt(path);
  reply.header('cache-control', version === pageVersion ? IMMUTABLE : REVALIDATED);
  if (LOADED.test(path)) for (const header of documentHeaders) reply.removeHeader(header);
  if (file && !isOwnScript(path)) {
    request.pageFile = path;
    return reply.sendFile(file.name, file.root);
  }
  request.pageFile = isStyles ? path : WITHOUT_COMMENTS + path;
  return isStyles
    ? sendMade(reply, path, 'text/css; charset=utf-8', () => pageStyles)
    : sendMade(reply, path, 'text/javascript', () => loadedSource(path));
}

function fileAt(path: string): PageFile {
  const file = pageFiles.get(path);
  if (!file) throw new ChatError('not_found');
  return file;
}

/** What is made of files, by its path. */
const made = new Map<string, { body: string; etag: string }>();

function sendMade(
  reply: FastifyReply,
  path: string,
  type: string,
  make: () => string,
): FastifyReply {
  let known = made.get(path);
  if (!known) {
    const body = make();
    made.set(path, (known = { body, etag: etagOf(body) }));
  }
  return reply.header('etag', known.etag).type(type).send(known.body);
}

const etagOf = (content: string) =>
  `W/"${createHash('sha256').update(content).digest('base64url')}"`;
