import fastifySwagger from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
import type { App } from '../app-type.ts';

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
  await app.register(fastifySwaggerUi, {
    routePrefix: '/docs',
    uiConfig: { tryItOutEnabled: true, persistAuthorization: true, deepLinking: true },
    // Swagger UI sets styles of its own making: its policy is looser, on /docs alone.
    staticCSP: true,
    transformStaticCSP: () =>
      "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
      "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'",
  });
}
