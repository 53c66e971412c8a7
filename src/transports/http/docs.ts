import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import fastifyStatic from '@fastify/static';
import fastifySwagger from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
import type { FastifyError, FastifySchema, RouteHandlerMethod } from 'fastify';
import { ChatError } from '../../protocol/errors.ts';
import type { App } from '../app-type.ts';
import { asyncApiPage } from '../docs/asyncapi-page.ts';
import { asyncApiDocument } from '../docs/asyncapi.ts';
import { openApiOptions } from '../docs/openapi.ts';
import { sendError } from '../errors.ts';

const require = createRequire(import.meta.url);

const tags = ['Operations'];

/** What the OpenAPI document says about the routes of the documents, Swagger UI included. */
const described: Readonly<Record<string, FastifySchema>> = {
  '/docs': document('openDocs', 'Read this document (Swagger UI)', 'text/html', 'The page'),
  '/docs/json': document('getOpenApi', 'Get this document', 'application/json', 'The document'),
  '/docs/yaml': document('getOpenApiYaml', 'Get this document', 'application/yaml', 'The document'),
  '/docs/asyncapi': document('openAsyncApi', 'Read the AsyncAPI document', 'text/html', 'The page'),
  '/docs/asyncapi.json': document(
    'getAsyncApi',
    'Get the AsyncAPI document of the WebSocket and the event stream',
    'application/json',
    'The document',
  ),
};

/** Serves the OpenAPI document, generated from the schemas on the routes, with Swagger UI, and the AsyncAPI document. */
export async function registerDocs(app: App, version: string): Promise<void> {
  await app.register(fastifySwagger, openApiOptions(version));
  const asyncApi = asyncApiDocument(version);
  await app.register(async (docs) => {
    docs.addHook('onRequest', (request, reply, done) => {
      const { url } = request.routeOptions;
      const policy = url === '/docs/asyncapi' ? STRICT_POLICY : POLICY;
      void reply.header('content-security-policy', policy);
      done();
    });
    docs.setErrorHandler((error: FastifyError, request, reply) => {
      // A path that no file can have (with a NUL or `..`) is not found. Fastify's errors with these codes are about
      // bodies.
      const isMiss = (error.statusCode ?? 500) < 500 && !error.code?.startsWith('FST_ERR_CTP_');
      return sendError(isMiss ? new ChatError('not_found') : error, request, reply);
    });
    // Swagger UI would generate the document for every request.
    docs.addHook('onRoute', (route) => {
      const schema = described[route.url];
      if (schema) route.schema = schema;
      if (route.url === '/docs/json') {
        route.handler = sendCached('application/json; charset=utf-8', () =>
          JSON.stringify(app.swagger()),
        );
      }
      if (route.url === '/docs/yaml') {
        route.handler = sendCached('application/yaml', () => app.swagger({ yaml: true }));
      }
    });
    // Each file has a route, so unknown paths are not found. Swagger UI itself registers a wildcard.
    await docs.register(fastifyStatic, {
      root: join(dirname(require.resolve('@fastify/swagger-ui')), 'static'),
      prefix: '/docs/static/',
      wildcard: false,
      decorateReply: false,
      globIgnore: ['index.html'],
    });
    await docs.register(fastifySwaggerUi, {
      routePrefix: '/docs',
      uiConfig: { tryItOutEnabled: true, persistAuthorization: true, deepLinking: true },
    });
    docs.get(
      '/docs/asyncapi.json',
      sendCached('application/json; charset=utf-8', () => JSON.stringify(asyncApi)),
    );
    docs.get(
      '/docs/asyncapi',
      sendCached('text/html; charset=utf-8', () => asyncApiPage(asyncApi)),
    );
  });
}

/** The route of a document. Bodies of any kind are sent as they are, so none has a schema. */
function document(
  operationId: string,
  summary: string,
  type: string,
  description: string,
): FastifySchema {
  const isPage = type === 'text/html';
  const schema = isPage ? { type: 'string' } : { type: 'object' };
  const example = isPage ? '<!doctype html>…' : { openapi: '3.1.0' };
  return {
    tags,
    operationId,
    summary,
    response: {
      200: { description, content: { [type]: { schema: { ...schema, examples: [example] } } } },
    },
  };
}

/** The page of the AsyncAPI document loads a stylesheet and an icon, and nothing else. */
const STRICT_POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; " +
  "frame-ancestors 'self'";

/** Swagger UI needs inline styles, so /docs alone has a looser policy. */
const POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'";

/** Sends what `make` returns. It is called once, at the first request, when all routes are known. */
function sendCached(type: string, make: () => string): RouteHandlerMethod {
  let made: { bytes: Buffer; etag: string } | null = null;
  return (request, reply) => {
    if (made === null) {
      const bytes = Buffer.from(make());
      made = { bytes, etag: `"${createHash('sha256').update(bytes).digest('base64url')}"` };
    }
    const { bytes, etag } = made;
    void reply.header('etag', etag).header('cache-control', 'no-cache');
    if (request.headers['if-none-match'] === etag) return reply.code(304).send();
    return reply.type(type).send(bytes);
  };
}
