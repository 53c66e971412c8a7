import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

/** How long an upload may pause, in milliseconds. */
const STALL_MS = 30_000;
/** How long it may take in all, in milliseconds, and how many bytes a second earn it more time. */
const START_MS = 30_000;
const MIN_BYTES_PER_SECOND = 8 * 1024;
/** How often this is checked, in milliseconds. */
const CHECK_MS = 1000;

const uploading = new WeakSet<Socket>();

/** Whether a request on this connection has its own time limit: Node's is for bodies of 64 KiB. */
export const isUploading = (socket: Socket): boolean => uploading.has(socket);

/**
 * Gives the body of a request more time than Node does, as long as bytes keep coming. One that stalls, or trickles in,
 * ends as it does where Node ends it.
 */
export function allowUpload(server: Server, request: IncomingMessage): void {
  const { socket } = request;
  const start = performance.now();
  const bytesBefore = socket.bytesRead;
  let [bytes, lastAt] = [0, start];
  uploading.add(socket);
  const check = () => {
    const now = performance.now();
    const read = socket.bytesRead - bytesBefore;
    if (read > bytes) [bytes, lastAt] = [read, now];
    const mayTake = START_MS + (bytes / MIN_BYTES_PER_SECOND) * 1000;
    if (now - lastAt <= STALL_MS && now - start <= mayTake) return;
    end();
    const error = Object.assign(new Error('Upload timeout'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
    server.emit('clientError', error, socket);
  };
  const timer = setInterval(check, CHECK_MS).unref();
  const end = () => {
    clearInterval(timer);
    uploading.delete(socket);
  };
  request.once('end', end);
  request.once('close', end);
}
