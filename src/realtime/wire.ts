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

/**
 * Chunks of this many bytes are written as they are. Smaller ones are joined: one buffer is written faster than many,
 * even with the copy. But copies of large ones, for each socket of a busy room, come to 70 MB a second, and V8 collects
 * all garbage of the main loop for every 8 MB that it has outside its heap.
 */
const LARGE_BYTES = 8192;

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
      const parts = chunks.length === 1 ? chunks : joined(chunks);
      // What is written to a corked socket leaves in one system call.
      if (parts.length > 1) socket.cork();
      for (const part of parts) socket.write(part);
      if (parts.length > 1) socket.uncork();
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

/** The same bytes, with each run of small chunks as one. */
function joined(chunks: readonly Buffer[]): Buffer[] {
  const parts: Buffer[] = [];
  let from = 0;
  const joinUpTo = (end: number) => {
    if (end > from) parts.push(Buffer.concat(chunks.slice(from, end)));
  };
  for (const [i, chunk] of chunks.entries()) {
    if (chunk.length < LARGE_BYTES) continue;
    joinUpTo(i);
    parts.push(chunk);
    from = i + 1;
  }
  joinUpTo(chunks.length);
  return parts;
}
