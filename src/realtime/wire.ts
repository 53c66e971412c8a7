import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { closeCodes, type CloseReason } from '../protocol/errors.ts';
import type { Encoding } from './frames.ts';

/** The way to the peer of one connection. It takes bytes that are ready to be sent. */
export interface Wire {
  readonly encoding: Encoding;
  /** Writes the chunks in one go. */
  write(chunks: readonly Buffer[]): void;
  /** Bytes that were written and that the peer has not taken. */
  unreadBytes(): number;
  /** Bytes that the peer has taken, ever: tells a slow reader from one that does not read. */
  takenBytes(): number;
  /** Calls back once, when the peer has taken what was written so far, or is gone. */
  onceDrained(callback: () => void): void;
  /** Asks whether the peer is still there; its answer shows as life on the socket. */
  ping(): void;
  /** Says goodbye and sees to it that the connection ends soon, whatever the peer does. */
  close(reason: CloseReason): void;
}

/** How long a peer may take to end its side, in milliseconds; then the socket is destroyed. */
const CLOSE_GRACE_MS = 1000;
const NOTHING = Buffer.alloc(0);

/**
 * To a WebSocket, by the socket that it was upgraded from. Frames come ready-made, so that one frame
 * serves a whole room, and are written beneath `ws`, many in one system call. `ws` writes its own
 * (pings, pongs, the close) at once as long as nothing is compressed, and Charla negotiates no
 * compression: so none of them falls into the middle of ours. Tests fail where a release of `ws`
 * changes that.
 */
export function webSocketWire(ws: WebSocket, socket: Socket): Wire {
  return {
    encoding: 'websocket',
    ...bytesTo(socket),
    ping: () => ws.ping(),
    close(reason) {
      ws.close(closeCodes[reason], reason);
      // What still comes of a flood is thrown away unread: parsing it is what costs.
      if (reason === 'flooding') socket.removeAllListeners('data').resume();
      setTimeout(() => ws.terminate(), CLOSE_GRACE_MS).unref();
    },
  };
}

const HEARTBEAT = Buffer.from(': still here\n\n');

/** To an event stream whose headers have been sent, and whose body ends when the socket does. */
export function streamWire(socket: Socket): Wire {
  return {
    encoding: 'sse',
    ...bytesTo(socket),
    ping: () => void socket.write(HEARTBEAT),
    close() {
      socket.end();
      setTimeout(() => socket.destroy(), CLOSE_GRACE_MS).unref();
    },
  };
}

function bytesTo(
  socket: Socket,
): Pick<Wire, 'write' | 'unreadBytes' | 'takenBytes' | 'onceDrained'> {
  return {
    write(chunks) {
      if (!socket.writable) return;
      // One buffer is written in less time than many, copying counted.
      socket.write(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
    },
    unreadBytes: () => socket.writableLength,
    takenBytes: () => socket.bytesWritten - socket.writableLength,
    onceDrained(callback) {
      // An empty write is called back when everything before it is out, or when the socket dies.
      if (socket.writable) socket.write(NOTHING, () => callback());
      else callback();
    },
  };
}
