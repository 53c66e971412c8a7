// @ts-check

/**
 * What the client uses of a WebSocket: the browser's, or the one of `ws`.
 *
 * @typedef {{ readonly type: string, readonly data?: unknown, readonly code?: number }} SocketEvent
 * @typedef {{ readonly readyState: number, send(data: string): void, close(code?: number): void,
 *   addEventListener(type: string, listener: (event: SocketEvent) => void): void }} SocketLike
 * @typedef {new (url: string) => SocketLike} SocketConstructor
 */

const CONNECTING = 0;
export const OPEN = 1;

/**
 * Closes a socket without waiting for the other side, which may be long gone.
 *
 * @param {SocketLike} socket
 */
export function dropSocket(socket) {
  // Browsers complain in their console about a socket that is closed before it is open.
  if (socket.readyState === CONNECTING) socket.addEventListener('open', () => socket.close(1000));
  else socket.close(1000);
}
