import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import fastifyStatic from '@fastify/static';
import fastifySwagger from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
import type { FastifyError, RouteHandlerMethod } from 'fastify';
import { ChatError } from '../../protocol/errors.ts';
import type { App } from '../app-type.ts';
import { sendError } from '../errors.ts';

const require = createRequire(import.meta.url);

/** The OpenAPI document, made from the schemas that stand on the routes, and a page that shows it. */
export async function registerDocs(app: App, version: string): Promise<void> {
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Charla',
        version,
        description:
          'A chat server that never loses a message. Live chat is a WebSocket at ' +
          '`/ws/chat/{roomId}?token=…`; everything else is here.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      tags: [
        { name: 'Accounts', description: 'Sign up, sign in, and what one is called' },
        { name: 'Users', description: 'Everybody on this server' },
        { name: 'Rooms', description: 'Open, find, change, enter and leave them' },
        { name: 'Members', description: 'Who is in a room, roles, bans, read markers' },
        { name: 'Messages', description: 'History, and chat for those who have only HTTP' },
        { name: 'Notifications', description: 'News of all one’s rooms' },
        { name: 'Administration', description: 'What admins do to accounts' },
        { name: 'Operations', description: 'For those who run the server' },
      ],
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        },
      },
    },
    // Shared schemas keep their names instead of def-0, def-1 …
    refResolver: {
      buildLocalReference: ({ $id }, _base, _fragment, i) =>
        typeof $id === 'string' ? $id : `def-${i}`,
    },
  });
  await app.register(async (docs) => {
    docs.addHook('onRequest', (_request, reply, done) => {
      void reply.header('content-security-policy', POLICY);
      done();
    });
    docs.setErrorHandler((error: FastifyError, request, reply) => {
      // A path that no file can have (with a NUL, with `..`) is one where there is nothing. What Fastify refuses
      // by these codes of its own is a body.
      const isMiss = (error.statusCode ?? 500) < 500 && !error.code?.startsWith('FST_ERR_CTP_');
      return sendError(isMiss ? new ChatError('not_found') : error, request, reply);
    });
    // Swagger UI would make the document anew for every request.
    docs.addHook('onRoute', (route) => {
      if (route.url === '/docs/json') {
        route.handler = sendOnceMade('application/json; charset=utf-8', () =>
          JSON.stringify(app.swagger()),
        );
      }
      if (route.url === '/docs/yaml') {
        route.handler = sendOnceMade('application/yaml', () => app.swagger({ yaml: true }));
      }
    });
    // Each of its files is a route, so that it is known that it is there: Swagger UI itself has one for whatever
    // there may be.
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
  });
}

/** Swagger UI sets styles of its own making: its policy is looser, on /docs alone. */
const POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'";

/** Sends what `make` returns, which is called for the first request, when all routes are known. */
function sendOnceMade(type: string, make: () => string): RouteHandlerMethod {
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
