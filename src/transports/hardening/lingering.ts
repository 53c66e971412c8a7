import type { IncomingMessage } from 'node:http';

/** How long a client may go on sending a body that was refused, in milliseconds. */
const LINGER_MS = 10_000;

/**
 * Lets a client that is still sending read the refusal: a connection that is closed with unread bytes is reset, and what
 * was sent on it can be lost. Whatever arrives meanwhile is discarded. For large bodies, which are refused early.
 */
export function lingerOnClose(request: IncomingMessage): void {
  const { socket } = request;
  // Node calls it once the response is sent.
  socket.destroySoon = () => {
    socket.end();
    request.unpipe();
    request.resume();
    const timer = setTimeout(() => socket.destroy(), LINGER_MS);
    request.once('end', () => socket.destroy());
    socket.once('close', () => clearTimeout(timer));
  };
}
