// @ts-check
/**
 * The Charla protocol, without a page: sessions, HTTP, rooms over WebSocket, notifications over SSE.
 * It uses no DOM and runs in a browser or in Node, given `fetch`, `WebSocket` and `EventSource`.
 *
 *     const client = new ChatClient({ baseUrl: 'http://127.0.0.1:3000' });
 *     await client.login({ email, password });
 *     const { rooms } = await client.api.listRooms();
 *     const room = client.openRoom(rooms[0].id, { onEvent: (event) => console.log(event) });
 *     room.send({ text: 'Hello' });
 *
 * Every method that calls the server rejects with an `ApiError`.
 */
/** @import { EventSourceConstructor, NotificationHandlers } from './client/notification-stream.js' */
/** @import { RoomHandlers, StartingPoint } from './client/room-connection.js' */
/** @import { SessionOptions } from './client/session-client.js' */
/** @import { SocketConstructor } from './client/socket.js' */
import { ApiError } from './client/api-error.js';
import { NotificationStream } from './client/notification-stream.js';
import { RoomConnection } from './client/room-connection.js';
import { SessionClient } from './client/session-client.js';

export { ApiError };

export class ChatClient extends SessionClient {
  #WebSocket;
  #EventSource;

  /**
   * @param {SessionOptions & { WebSocket?: SocketConstructor, EventSource?: EventSourceConstructor }} options
   */
  constructor({ WebSocket, EventSource, ...options }) {
    super(options);
    this.#WebSocket = WebSocket ?? globalThis.WebSocket;
    this.#EventSource = EventSource ?? globalThis.EventSource;
  }

  /**
   * Opens a connection to one room. It reconnects until it is closed here or ended by the server.
   *
   * @param {string} roomId
   * @param {RoomHandlers} handlers
   * @param {StartingPoint} [from] where an earlier connection stopped; without it the stream starts at the head
   */
  openRoom(roomId, handlers, from = {}) {
    return new RoomConnection(this, this.#WebSocket, roomId, handlers, from);
  }

  /**
   * Opens the stream of events of every room the user belongs to.
   *
   * @param {NotificationHandlers} handlers
   */
  notifications(handlers) {
    return new NotificationStream(this, this.#EventSource, handlers);
  }
}
