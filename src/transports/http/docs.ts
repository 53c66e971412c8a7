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

/** Serves the OpenAPI document, generated from the schemas on the routes, and Swagger UI. */
export async function registerDocs(app: App, version: string): Promise<void> {
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Charla',
        version,
        description:
          'A chat server that never loses a message. Live chat uses a WebSocket at ' +
          '`/ws/chat/{roomId}?token=…`; everything else is documented here.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      tags: [
        { name: 'Accounts', description: 'Sign up, sign in, sessions, your profile' },
        { name: 'Users', description: 'Find and block people' },
        { name: 'Rooms', description: 'Create, find, change, join and leave rooms' },
        { name: 'Members', description: 'Members of a room, roles, bans, read markers' },
        { name: 'Messages', description: 'History, search, and chat over plain HTTP' },
        { name: 'Files', description: 'Pictures and other files of messages' },
        { name: 'Notifications', description: 'Events of all your rooms' },
        { name: 'Push', description: 'Notifications while your pages are closed (Web Push)' },
        { name: 'Administration', description: 'Accounts, for admins' },
        { name: 'Operations', description: 'Health checks' },
      ],
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        },
      },
    },
    // Shared schemas keep their names rather than def-0, def-1 …
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
      // A path that no file can have (with a NUL or `..`) is not found. Fastify's errors with these codes are about
      // bodies.
      const isMiss = (error.statusCode ?? 500) < 500 && !error.code?.startsWith('FST_ERR_CTP_');
      return sendError(isMiss ? new ChatError('not_found') : error, request, reply);
    });
    // Swagger UI would generate the document for every request.
    docs.addHook('onRoute', (route) => {
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
  });
}

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
