import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Services } from '../chat/services.ts';
import type { Viewer } from '../chat/viewer.ts';
import { ownRoomIds, headPos, readUserEvents } from '../chat/replay.ts';
import { catchUp } from '../realtime/catch-up.ts';
import { OpenStream } from '../protocol/socket-commands.ts';
import { Connection } from '../realtime/connection.ts';
import { cursorOf, posOf, startFrom } from '../realtime/cursor.ts';
import { sseFrame } from '../realtime/frames.ts';
import { streamWire } from '../realtime/wire.ts';
import type { App } from './app-type.ts';
import { countConnection, viewer, type Auth } from './auth.ts';
import { requireKnownOrigin } from './hardening/origin.ts';
import { bearerSecurity, refusals, authErrors } from './schemas.ts';

/** How long an EventSource waits before it reconnects, in milliseconds. */
const RETRY_MS = 3000;

const control = (type: 'ready' | 'live' | 'reset', id?: string) =>
  sseFrame(type, JSON.stringify({ type }), id);

/** The route for the events of all rooms of a user: one stream of server-sent events. */
export function registerNotifications(
  app: App,
  { services, auth }: { services: Services; auth: Auth },
): void {
  app.get(
    '/notifications',
    {
      // The stream is endless, so HEAD has no length to report.
      exposeHeadRoute: false,
      schema: {
        tags: ['Live'],
        operationId: 'followRooms',
        summary: 'Follow all of your rooms (server-sent events)',
        description:
          'Each event has its type in `event:` and JSON in `data:`. Durable events have an `id:`. ' +
          'A client that reconnects with the last one in `Last-Event-ID` receives everything it missed.',
        security: [...bearerSecurity, { token: [] }],
        querystring: OpenStream,
        response: {
          200: {
            description: 'The stream; the AsyncAPI document describes its events',
            content: {
              'text/event-stream': {
                schema: Type.String({
                  examples: ['event: live\ndata: {"type":"live"}\n\n'],
                }),
              },
            },
          },
          ...refusals('forbidden', ...authErrors),
        },
      },
      ...auth.signedInByQuery,
      onRequest: [requireKnownOrigin(services.config), auth.signedInByQuery.onRequest],
      preHandler: (request: FastifyRequest) => countConnection(services, request),
    },
    (request, reply) => {
      const reader = viewer(request);
      const lastEventId = request.headers['last-event-id'] ?? request.query.lastEventId;
      const { socket } = request.raw;
      // The peer has disconnected while its token was verified and it was counted. 'close' was emitted already.
      if (socket.destroyed) return void reply.hijack();
      const connection = openStream(services, reader, reply);
      socket.on('close', () => {
        connection.markClosed();
        services.manager.remove(connection);
      });
      follow(services, reader, connection, lastEventId).catch((error: unknown) => {
        request.log.error({ err: error }, 'stream could not be opened');
        connection.close('overloaded');
      });
    },
  );
}

/**
 * Takes the socket over from HTTP. The body ends with the connection, so it needs no chunks, and an event is the
 * same bytes for every reader.
 */
function openStream(services: Services, reader: Viewer, reply: FastifyReply): Connection {
  reply.hijack();
  const { raw } = reply;
  const headers = reply.getHeaders() as Record<string, string>;
  raw.useChunkedEncodingByDefault = false;
  raw.writeHead(200, {
    ...headers,
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    connection: 'close',
    // Keeps nginx from buffering the stream.
    'x-accel-buffering': 'no',
  });
  raw.flushHeaders();
  const { socket } = raw;
  socket!.setTimeout(0);
  socket!.setNoDelay(true);
  const connection = new Connection(
    { ...reader },
    streamWire(socket!),
    services.manager.flushQueue,
  );
  // Added before anything is read: everything that is committed from now on is held back for this connection.
  services.manager.addStream(connection);
  return connection;
}

/** Sends ready, replay and live, in this order, whatever happens meanwhile. */
async function follow(
  services: Services,
  reader: Viewer,
  connection: Connection,
  lastEventId: string | string[] | undefined,
): Promise<void> {
  const { epoch } = services.store;
  services.manager.addRooms(connection, await ownRoomIds(services, reader));
  const present = await headPos(services);
  const hasCursor = typeof lastEventId === 'string' && lastEventId !== '';
  const { after, isReset } = startFrom(hasCursor ? posOf(epoch, lastEventId) : undefined, present);
  const id = cursorOf(epoch, after);

  connection.send(Buffer.from(`retry: ${RETRY_MS}\n\n`));
  connection.send(control('ready', id));
  if (isReset) connection.send(control('reset', id));
  await catchUp(connection, {
    after,
    present,
    epoch,
    read: (pos, limit) => readUserEvents(services, reader, pos, limit),
    live: () => control('live'),
  });
}
