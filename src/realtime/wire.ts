import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { closeKinds, type CloseReason } from '../protocol/errors.ts';
import type { Encoding } from './frames.ts';

/** The transport below one connection. It takes bytes that are ready to be sent. */
export interface Wire {
  readonly encoding: Encoding;
  /** Writes the chunks in one go. */
  write(chunks: readonly Buffer[]): void;
  /** Bytes that were written and that the peer has not read. */
  unreadBytes(): number;
  /** Bytes that the peer has read in all: tells a slow reader from one that does not read. */
  takenBytes(): number;
  /** Calls back once, when the peer has read what was written so far, or is gone. */
  onceDrained(callback: () => void): void;
  /** Probes whether the peer is still there. */
  ping(): void;
  /** Closes the connection; it ends soon, whatever the peer does. */
  close(reason: CloseReason): void;
}

/** How long a peer has to close its side before the socket is destroyed, in milliseconds. */
const CLOSE_GRACE_MS = 1000;
const NOTHING = Buffer.alloc(0);

/**
 * Writes to a WebSocket through the socket that it was upgraded from. Frames are made once for a whole room, and
 * are written past `ws`, many in one system call. `ws` writes its own frames (pings, pongs, the close) at once
 * as long as nothing is compressed, and Charla negotiates no compression, so they never end up in the
 * middle of these. Tests fail if a release of `ws` changes that.
 */
export function webSocketWire(ws: WebSocket, socket: Socket): Wire {
  return {
    encoding: 'websocket',
    ...writesTo(socket),
    ping: () => ws.ping(),
    close(reason) {
      ws.close(closeKinds[reason].code, reason);
      // The rest of a flood is discarded without parsing, which is what costs.
      if (reason === 'flooding') socket.removeAllListeners('data').resume();
      setTimeout(() => ws.terminate(), CLOSE_GRACE_MS).unref();
    },
  };
}

const HEARTBEAT = Buffer.from(': still here\n\n');

/** Writes to an event stream whose headers have been sent and whose body ends with the socket. */
export function streamWire(socket: Socket): Wire {
  return {
    encoding: 'sse',
    ...writesTo(socket),
    ping: () => void socket.write(HEARTBEAT),
    close() {
      socket.end();
      setTimeout(() => socket.destroy(), CLOSE_GRACE_MS).unref();
    },
  };
}

function writesTo(
  socket: Socket,
): Pick<Wire, 'write' | 'unreadBytes' | 'takenBytes' | 'onceDrained'> {
  return {
    write(chunks) {
      if (!socket.writable) return;
      // One buffer is written faster than many, even with the copy.
      socket.write(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
    },
    unreadBytes: () => socket.writableLength,
    takenBytes: () => socket.bytesWritten - socket.writableLength,
    onceDrained(callback) {
      // The callback of an empty write runs when everything before it was sent, or when the socket is destroyed.
      if (socket.writable) socket.write(NOTHING, () => callback());
      else callback();
    },
  };
}
