import fastifyWebsocket from '@fastify/websocket';
import type { FastifyRequest } from 'fastify';
import type { Chat, Viewer } from '../chat/chat.ts';
import { readRoom } from '../chat/replay.ts';
import { enterRoom, getRoom } from '../chat/rooms.ts';
import { InRoom, OpenSocket } from '../protocol/commands.ts';
import { ChatError, type ErrorCode } from '../protocol/errors.ts';
import type { ServerFrame } from '../protocol/events.ts';
import { MAX_PAYLOAD_BYTES } from '../protocol/resources.ts';
import { catchUp } from '../realtime/catch-up.ts';
import { Connection } from '../realtime/connection.ts';
import { textFrame } from '../realtime/frames.ts';
import { webSocketWire } from '../realtime/wire.ts';
import type { App } from './app-type.ts';
import { viewer, type Auth } from './auth.ts';
import { answerCommand } from './commands.ts';
import { requireKnownOrigin } from './origin.ts';
import { guardUpgrades } from './upgrades.ts';

const DOOR = '/ws/chat/:roomId';

const frame = (json: ServerFrame) => textFrame(JSON.stringify(json));

/** The door for live chat: one socket, one room. */
export async function registerWebSocket(
  app: App,
  { chat, auth }: { chat: Chat; auth: Auth },
): Promise<void> {
  await app.register(fastifyWebsocket, {
    options: { maxPayload: MAX_PAYLOAD_BYTES, perMessageDeflate: false },
    // Sockets are closed by the connection manager, with a code that says why.
    preClose: (done) => done(),
    errorHandler: (error, socket, request) => {
      // What a peer does wrong (a frame too large, bad UTF-8) is its own affair; `ws` closes.
      request.log.debug({ err: error }, 'socket failed');
      socket.terminate();
    },
  });
  const { manager } = chat;

  guardUpgrades(app);
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
      schema: { params: InRoom, querystring: OpenSocket },
      preValidation: [requireKnownOrigin(chat.config.allowedOrigins), auth.requireToken],
      // Refusals come before the upgrade, as HTTP; entering a public room joins it.
      preHandler: async (request: FastifyRequest) => {
        const { roomId } = request.params as { roomId: string };
        await enterRoom(chat, viewer(request), roomId);
      },
    },
    (socket, request) => {
      const { roomId } = request.params;
      const connection = new Connection(
        { ...viewer(request) },
        webSocketWire(socket),
        manager.outbox,
      );
      // Added before the head is read: what is committed from now on is held back, not missed.
      manager.addSocket(connection, roomId);
      socket.on('close', () => {
        connection.ended();
        manager.remove(connection);
      });
      socket.on('pong', () => connection.alive());
      socket.on('message', (data: Buffer, isBinary: boolean) => {
        connection.alive();
        if (isBinary) return connection.close('unsupported_data');
        const context = { chat, auth, connection, roomId, log: request.log };
        void answerCommand(context, data.toString());
      });
      open(chat, connection, roomId, viewer(request), request.query).catch((error: unknown) => {
        // The room, or the way into it, was lost meanwhile; live sockets hear of it by its event.
        if (isRefusal(error, 'room_not_found', 'forbidden')) return connection.close('removed');
        request.log.error({ err: error }, 'socket could not be opened');
        connection.close('overloaded');
      });
    },
  );
}

const isRefusal = (error: unknown, ...codes: ErrorCode[]) =>
  error instanceof ChatError && codes.includes(error.code);

/** Welcome, replay, live: in this order, whatever happens meanwhile. */
async function open(
  chat: Chat,
  connection: Connection,
  roomId: string,
  asker: Viewer,
  { after, epoch = chat.store.epoch }: { after?: number; epoch?: string },
): Promise<void> {
  const { manager, store } = chat;
  const room = await getRoom(chat, asker, roomId);
  // Left again while the socket was being opened, from another one perhaps.
  if (room.role === null) return connection.close('left');
  const head = room.lastSeq;
  const online = manager.presence.online(roomId);
  const { user: me } = connection.peer;
  connection.send(frame({ type: 'welcome', room, me, online, head, epoch: store.epoch }));

  const isOurs = after === undefined || (epoch === store.epoch && after <= head);
  if (!isOurs) connection.send(frame({ type: 'reset', head }));
  await catchUp(connection, {
    after: isOurs ? (after ?? head) : head,
    epoch: store.epoch,
    read: (cursor, limit) => readRoom(chat, asker, roomId, cursor, limit),
    live: (seq) => frame({ type: 'live', seq }),
  });
}
