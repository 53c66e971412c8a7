import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import type { Services } from '../chat/services.ts';
import type { Viewer } from '../chat/viewer.ts';
import { ownRoomIds, headPos, readUserEvents } from '../chat/replay.ts';
import { catchUp } from '../realtime/catch-up.ts';
import { Connection } from '../realtime/connection.ts';
import { cursorOf, posOf, sseFrame } from '../realtime/frames.ts';
import { streamWire } from '../realtime/wire.ts';
import type { App } from './app-type.ts';
import { countConnection, viewer, type Auth } from './auth.ts';
import { requireKnownOrigin } from './origin.ts';
import { answer, bearerSecurity, refusals, signedOut } from './schemas.ts';

const OpenStream = Type.Object({
  token: Type.Optional(Type.String({ description: 'Where no Authorization header can be set' })),
  lastEventId: Type.Optional(
    Type.String({ description: 'The last id that was seen, where Last-Event-ID cannot be set' }),
  ),
});

/** How long an EventSource is to wait before it comes back, in milliseconds. */
const RETRY_MS = 3000;

const control = (type: 'ready' | 'live' | 'reset', id?: string) =>
  sseFrame(type, JSON.stringify({ type }), id);

/** The door for news of all one's rooms: one stream of server-sent events. */
export function registerNotifications(
  app: App,
  { services, auth }: { services: Services; auth: Auth },
): void {
  app.get(
    '/notifications',
    {
      // There is no end of it to tell the length of.
      exposeHeadRoute: false,
      schema: {
        tags: ['Notifications'],
        summary: 'Follow all of one’s rooms (server-sent events)',
        description:
          'Each event has its type as `event:` and JSON as `data:`. Numbered events have an `id:`; ' +
          'who comes back with the last one as Last-Event-ID gets all that was missed.',
        security: bearerSecurity,
        querystring: OpenStream,
        produces: ['text/event-stream'],
        response: {
          200: answer(
            'The stream',
            Type.String({ examples: ['event: live\ndata: {"type":"live"}\n\n'] }),
          ),
          ...refusals('forbidden', ...signedOut),
        },
      },
      ...auth.signedInByQuery,
      onRequest: [requireKnownOrigin(services.config), auth.signedInByQuery.onRequest],
    },
    (request, reply) => {
      const asker = viewer(request);
      const lastEventId = request.headers['last-event-id'] ?? request.query.lastEventId;
      const { socket } = request.raw;
      // Reset while its token was looked at: its 'close' has been, and nobody is left to follow.
      if (socket.destroyed) return void reply.hijack();
      countConnection(services, request);
      const connection = openStream(services, asker, reply);
      socket.on('close', () => {
        connection.ended();
        services.manager.remove(connection);
      });
      follow(services, asker, connection, lastEventId).catch((error: unknown) => {
        request.log.error({ err: error }, 'stream could not be opened');
        connection.close('overloaded');
      });
    },
  );
}

/**
 * Takes the socket over from HTTP. The body ends with the connection, so that it needs no chunks:
 * an event is the same bytes for every reader.
 */
function openStream(services: Services, asker: Viewer, reply: FastifyReply): Connection {
  reply.hijack();
  const { raw } = reply;
  const headers = reply.getHeaders() as Record<string, string>;
  raw.useChunkedEncodingByDefault = false;
  raw.writeHead(200, {
    ...headers,
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    connection: 'close',
    // Nginx would gather the stream before it passes it on.
    'x-accel-buffering': 'no',
  });
  raw.flushHeaders();
  const { socket } = raw;
  socket!.setTimeout(0);
  socket!.setNoDelay(true);
  const connection = new Connection({ ...asker }, streamWire(socket!), services.manager.flushQueue);
  // Added before anything is read: what is committed from now on is held back, not missed.
  services.manager.addStream(connection);
  return connection;
}

/** Ready, replay, live: in this order, whatever happens meanwhile. */
async function follow(
  services: Services,
  asker: Viewer,
  connection: Connection,
  lastEventId: string | string[] | undefined,
): Promise<void> {
  const { epoch } = services.store;
  services.manager.addRooms(connection, await ownRoomIds(services, asker));
  const present = await headPos(services);
  const presentId = cursorOf(epoch, present);
  const asked = typeof lastEventId === 'string' && lastEventId !== '' ? lastEventId : presentId;
  const pos = posOf(epoch, asked);
  const isOurs = pos !== null && pos <= present;

  connection.send(Buffer.from(`retry: ${RETRY_MS}\n\n`));
  connection.send(control('ready', isOurs ? asked : presentId));
  if (!isOurs) connection.send(control('reset', presentId));
  await catchUp(connection, {
    after: isOurs ? pos : present,
    present,
    epoch,
    read: (cursor, limit) => readUserEvents(services, asker, cursor, limit),
    live: () => control('live'),
  });
}
