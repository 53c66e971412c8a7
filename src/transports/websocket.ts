import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import type { WebSocket } from 'ws';
import type { Services } from '../chat/services.ts';
import { newId } from '../chat/ids.ts';
import { readRoom } from '../chat/replay.ts';
import { enterRoom, getDelivered } from '../chat/rooms.ts';
import { InRoom } from '../protocol/commands.ts';
import { ChatError, type CloseReason, type ErrorCode } from '../protocol/errors.ts';
import type { ServerFrame } from '../protocol/frames.ts';
import type { Room } from '../protocol/resources.ts';
import { OpenSocket } from '../protocol/socket-commands.ts';
import { catchUp } from '../realtime/catch-up.ts';
import { Connection } from '../realtime/connection.ts';
import { startFrom } from '../realtime/cursor.ts';
import { textFrame } from '../realtime/frames.ts';
import { webSocketWire } from '../realtime/wire.ts';
import type { App } from './app-type.ts';
import { countConnection, viewer, type Auth } from './auth.ts';
import { handleCommand, countFrame, type CommandContext } from './commands.ts';
import { requireKnownOrigin } from './hardening/origin.ts';
import { authErrors, bearerSecurity, noContent, refusals } from './schemas.ts';
import { forgetResponses } from './hardening/unread-responses.ts';

/** A room as it was before the upgrade. */
interface RoomSnapshot {
  readonly room: Room;
  /** When it was read, by `performance.now()`: later changes may be missing. */
  readonly at: number;
}

/** What a socket opens with: the room, and the query of its request. */
interface OpenRequest extends Static<typeof OpenSocket> {
  readonly snapshot: RoomSnapshot;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** For upgrades: the HTTP response, and the room that the socket opens. */
    upgrade: { readonly response: ServerResponse; readonly snapshot: RoomSnapshot } | null;
  }
}

const PATH = '/ws/chat/:roomId';

const frame = (json: ServerFrame) => textFrame(JSON.stringify(json));

/** The WebSocket route for live chat: one socket, one room. */
export function registerWebSocket(
  app: App,
  { services, auth }: { services: Services; auth: Auth },
): void {
  app.decorateRequest('upgrade', null);
  app.addHook('onRequest', async (request) => {
    const isOurs = request.routeOptions.url === PATH;
    if (isOurs && !request.ws) {
      throw new ChatError('not_found', { message: 'This path is for WebSockets' });
    }
    // No other path upgrades.
    if (request.ws && !isOurs) throw new ChatError('not_found');
  });

  app.get(
    PATH,
    {
      websocket: true,
      exposeHeadRoute: false,
      schema: {
        tags: ['Live'],
        operationId: 'openRoom',
        summary: 'Open a room (WebSocket)',
        description:
          'A handshake of a WebSocket, refused with an HTTP response. Opening a public room joins it. The AsyncAPI ' +
          'document describes its commands and events.',
        security: [...bearerSecurity, { token: [] }],
        params: InRoom,
        querystring: OpenSocket,
        response: {
          101: noContent('The socket is open'),
          ...refusals('forbidden', 'room_not_found', 'not_found', ...authErrors),
        },
      },
      ...auth.signedInByQuery,
      onRequest: [requireKnownOrigin(services.config), auth.signedInByQuery.onRequest],
      // Refusals are sent before the upgrade, as HTTP. Entering a public room joins it.
      preHandler: async (request: FastifyRequest, reply: FastifyReply) => {
        const { roomId } = request.params as { roomId: string };
        await countConnection(services, request);
        const at = performance.now();
        const room = await enterRoom(services, viewer(request), roomId);
        request.upgrade = { response: reply.raw, snapshot: { room, at } };
        // The response to the upgrade is written together with the welcome: two writes would cost twice as much.
        reply.raw.socket!.cork();
      },
    },
    (socket, request) => {
      // Node would keep the response, and the request with it, as long as the socket.
      const { response, snapshot } = request.upgrade!;
      const rawSocket = response.socket!;
      response.detachSocket(rawSocket);
      forgetResponses(rawSocket);
      const connection = new Connection(
        { ...viewer(request) },
        webSocketWire(socket, rawSocket),
        services.manager.flushQueue,
      );
      const context = {
        services,
        auth,
        counts: app.counts,
        connection,
        roomId: snapshot.room.id,
        kind: snapshot.room.kind,
        socketId: newId(),
      };
      // From now on, everything that is committed is held back for this connection.
      services.manager.addSocket(connection, context.roomId);
      listen(context, socket);
      open(context, { snapshot, ...request.query }).catch((error: unknown) => {
        closeFailed(context, error);
      });
      // Runs after the flush queue, which also writes at the end of this turn.
      setImmediate(() => rawSocket.uncork());
    },
  );
}

/** Why `ws` closes a socket by itself, by the code of its error. */
const invalidFrames: Readonly<Record<string, CloseReason>> = {
  WS_ERR_INVALID_UTF8: 'invalid_utf8',
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: 'message_too_big',
};

/** Handles what comes over the socket. It keeps no reference to the request, so that its memory is freed. */
function listen(context: CommandContext, socket: WebSocket): void {
  const { services, connection } = context;
  const { closed } = services.manager.traffic;
  // The plugin's own listener would keep the request. An invalid frame (too large, bad UTF-8) is the peer's fault;
  // `ws` closes the socket.
  socket.removeAllListeners('error');
  socket.on('error', (error) => {
    services.log.debug({ err: error }, 'socket failed');
    const reason = invalidFrames[(error as NodeJS.ErrnoException).code ?? ''];
    if (reason) closed[reason] += 1;
    socket.terminate();
  });
  socket.on('close', () => {
    connection.markClosed();
    services.manager.remove(connection);
  });
  socket.on('pong', () => {
    connection.markAlive();
    void countFrame(context);
  });
  socket.on('ping', (data: Buffer) => void sendPong(context, socket, data));
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    // A peer that ignores the close frame can still send. Its frames are ignored.
    if (connection.closed) return;
    connection.markAlive();
    if (isBinary) return connection.close('unsupported_data');
    void handleCommand(context, data);
  });
}

async function sendPong(context: CommandContext, socket: WebSocket, data: Buffer): Promise<void> {
  if (await countFrame(context)) socket.pong(data);
}

/** Closes a socket that could not be opened. */
function closeFailed({ services, connection, roomId }: CommandContext, error: unknown): void {
  // Its user lost access, or the room was deleted meanwhile. Live sockets receive the event instead.
  if (isRefusal(error, 'room_not_found', 'forbidden')) return connection.close('removed');
  const userId = connection.peer.user.id;
  services.log.error({ err: error, roomId, userId }, 'socket could not be opened');
  connection.close('overloaded');
}

const isRefusal = (error: unknown, ...codes: ErrorCode[]) =>
  error instanceof ChatError && codes.includes(error.code);

/** Sends welcome, replay and live, in this order, whatever happens meanwhile. */
async function open(
  { services, connection, roomId }: CommandContext,
  { snapshot, after, epoch = services.store.epoch }: OpenRequest,
): Promise<void> {
  const { manager, store } = services;
  const { peer } = connection;
  // The connection received nothing of what happened between the snapshot and now, when it is added.
  const isStale = manager.hasChangedSince(roomId, snapshot.at);
  const room = isStale ? await getDelivered(services, peer, roomId) : snapshot.room;
  // The user has left again while the socket was opening, perhaps from another one.
  if (room.role === null) return connection.close('left');
  const head = room.lastSeq;
  const online = manager.presence.online(roomId);
  // The snapshot does not count this connection.
  room.onlineCount = online.length;
  connection.send(
    frame({ type: 'welcome', room, me: peer.user, online, head, epoch: store.epoch }),
  );

  const isForeign = after !== undefined && epoch !== store.epoch;
  const start = startFrom(isForeign ? null : after, head);
  if (start.isReset) connection.send(frame({ type: 'reset', head }));
  await catchUp(connection, {
    after: start.after,
    present: head,
    epoch: store.epoch,
    read: (seq, limit) => readRoom(services, peer, roomId, seq, limit),
    live: (seq) => frame({ type: 'live', seq }),
  });
}
