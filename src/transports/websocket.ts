import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import type { WebSocket } from 'ws';
import type { Services } from '../chat/services.ts';
import { newId } from '../chat/ids.ts';
import { readRoom } from '../chat/replay.ts';
import { enterRoom, getRoom } from '../chat/rooms.ts';
import { InRoom, OpenSocket } from '../protocol/commands.ts';
import { ChatError, type ErrorCode } from '../protocol/errors.ts';
import type { ServerFrame } from '../protocol/events.ts';
import type { Room } from '../protocol/resources.ts';
import { catchUp } from '../realtime/catch-up.ts';
import { Connection } from '../realtime/connection.ts';
import { startFrom } from '../realtime/cursor.ts';
import { textFrame } from '../realtime/frames.ts';
import { webSocketWire } from '../realtime/wire.ts';
import type { App } from './app-type.ts';
import { countConnection, viewer, type Auth } from './auth.ts';
import { answerCommand, countFrame, type CommandContext } from './commands.ts';
import { requireKnownOrigin } from './hardening/origin.ts';
import { forgetAnswers } from './hardening/unread-responses.ts';

/** A room as it was when a socket asked for it. */
interface RoomSnapshot {
  readonly room: Room;
  /** Since when news may be missing in it, by the clock of `performance`. */
  readonly at: number;
}

/** Where a socket wants to begin. */
interface OpenRequest extends Static<typeof OpenSocket> {
  readonly snapshot: RoomSnapshot;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** What a request to upgrade would be refused by, and what it would find. */
    upgrade: { readonly response: ServerResponse; readonly glance: RoomSnapshot } | null;
  }
}

const DOOR = '/ws/chat/:roomId';

const frame = (json: ServerFrame) => textFrame(JSON.stringify(json));

/** The door for live chat: one socket, one room. */
export function registerWebSocket(
  app: App,
  { services, auth }: { services: Services; auth: Auth },
): void {
  app.decorateRequest('upgrade', null);
  app.addHook('onRequest', async (request) => {
    const isDoor = request.routeOptions.url === DOOR;
    if (isDoor && !request.ws) {
      throw new ChatError('not_found', { message: 'This path is for WebSockets' });
    }
    // A request to upgrade on any other path is an ordinary miss, not a connection.
    if (request.ws && !isDoor) throw new ChatError('not_found');
  });

  app.get(
    DOOR,
    {
      websocket: true,
      exposeHeadRoute: false,
      schema: { params: InRoom, querystring: OpenSocket },
      ...auth.signedInByQuery,
      onRequest: [requireKnownOrigin(services.config), auth.signedInByQuery.onRequest],
      // Refusals come before the upgrade, as HTTP; entering a public room joins it.
      preHandler: async (request: FastifyRequest, reply: FastifyReply) => {
        const { roomId } = request.params as { roomId: string };
        countConnection(services, request);
        const at = performance.now();
        const room = await enterRoom(services, viewer(request), roomId);
        request.upgrade = { response: reply.raw, glance: { room, at } };
        // The answer to the upgrade leaves with the welcome: two writes would cost twice as much.
        reply.raw.socket!.cork();
      },
    },
    (socket, request) => {
      // Node would keep the response, and all of the request with it, as long as the socket.
      const { response, glance } = request.upgrade!;
      const rawSocket = response.socket!;
      response.detachSocket(rawSocket);
      forgetAnswers(rawSocket);
      const connection = new Connection(
        { ...viewer(request) },
        webSocketWire(socket, rawSocket),
        services.manager.flushQueue,
      );
      const context = {
        services,
        auth,
        connection,
        roomId: glance.room.id,
        kind: glance.room.kind,
        socketId: newId(),
      };
      // From now on, what is committed is held back, not missed.
      services.manager.addSocket(connection, context.roomId);
      listen(context, socket);
      open(context, { snapshot: glance, ...request.query }).catch((error: unknown) => {
        fail(context, error);
      });
      // After the outbox, which writes at the end of this turn too.
      setImmediate(() => rawSocket.uncork());
    },
  );
}

/** Takes a socket over from HTTP. It holds on to nothing of the request that it came by. */
function listen(context: CommandContext, socket: WebSocket): void {
  const { services, connection } = context;
  // The plugin's own listener holds on to the request. What a peer does wrong (a frame too large, bad
  // UTF-8) is its own affair; `ws` closes.
  socket.removeAllListeners('error');
  socket.on('error', (error) => {
    services.log.debug({ err: error }, 'socket failed');
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
  socket.on('ping', (data: Buffer) => void answerPing(context, socket, data));
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    // A peer that ignores the close frame can still send, and is no longer heard.
    if (connection.closed) return;
    connection.markAlive();
    if (isBinary) return connection.close('unsupported_data');
    void answerCommand(context, data);
  });
}

async function answerPing(context: CommandContext, socket: WebSocket, data: Buffer): Promise<void> {
  if (await countFrame(context)) socket.pong(data);
}

/** Closes a socket that could not be opened, for the reason that fits. */
function fail({ services, connection, roomId }: CommandContext, error: unknown): void {
  // The room, or the way into it, was lost meanwhile; live sockets hear of it by its event.
  if (isRefusal(error, 'room_not_found', 'forbidden')) return connection.close('removed');
  const userId = connection.peer.user.id;
  services.log.error({ err: error, roomId, userId }, 'socket could not be opened');
  connection.close('overloaded');
}

const isRefusal = (error: unknown, ...codes: ErrorCode[]) =>
  error instanceof ChatError && codes.includes(error.code);

/** Welcome, replay, live: in this order, whatever happens meanwhile. */
async function open(
  { services, connection, roomId }: CommandContext,
  { snapshot: glance, after, epoch = services.store.epoch }: OpenRequest,
): Promise<void> {
  const { manager, store } = services;
  const { peer } = connection;
  // What came between the glance and the moment when the connection was added is found by another look.
  const isStale = manager.hasChangedSince(roomId, glance.at);
  const room = isStale ? await getRoom(services, peer, roomId) : glance.room;
  // Left again while the socket was being opened, from another one perhaps.
  if (room.role === null) return connection.close('left');
  const head = room.lastSeq;
  const online = manager.presence.online(roomId);
  // At the glance, the connection was not there itself.
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
