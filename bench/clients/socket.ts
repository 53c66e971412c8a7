import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

/*
 * A WebSocket client that costs next to nothing, so that the server is measured and not the client. It
 * only steps from frame to frame. All sockets read into one buffer.
 */
const READ_BUFFER = Buffer.allocUnsafeSlow(256 * 1024);
const MASK = Buffer.from([0x5a, 0xc3, 0x1e, 0x77]);

export interface ClientSocket {
  send(text: string): void;
  end(): void;
}

/** Called with each text frame: its bytes in `buffer` from `start` to `end`, valid until it returns. */
export type OnFrame = (buffer: Buffer, start: number, end: number) => void;

/** Opens a WebSocket; resolves once the server has accepted the upgrade. */
export function openSocket(url: string, onFrame: OnFrame): Promise<ClientSocket> {
  const { hostname, port, pathname, search } = new URL(url);
  return new Promise((resolve, reject) => {
    let rest: Buffer | null = null;
    let isOpen = false;
    let isEnded = false;

    const end = () => {
      isEnded = true;
      socket.destroy();
    };
    const read = (size: number, shared: Uint8Array): boolean => {
      const fresh = (shared as Buffer).subarray(0, size);
      let buffer = rest ? Buffer.concat([rest, fresh]) : fresh;
      if (!isOpen) {
        const head = buffer.indexOf('\r\n\r\n');
        if (head !== -1) {
          const [status = ''] = buffer.toString('latin1').split('\r\n', 1);
          isOpen = status.includes(' 101 ');
          if (!isOpen) {
            socket.destroy(new Error(`${url}: ${status}`));
            return false;
          }
          resolve({ send: (text) => socket.write(frameOf(text)), end });
          buffer = buffer.subarray(head + 4);
        }
      }
      const consumed = isOpen ? readFrames(buffer, onFrame, pong) : 0;
      rest = consumed === buffer.length ? null : Buffer.from(buffer.subarray(consumed));
      return true;
    };
    const socket: Socket = connect({
      host: hostname,
      port: Number(port),
      onread: { buffer: READ_BUFFER, callback: read },
    });
    const pong = () => socket.write(Buffer.concat([Buffer.from([0x8a, 0x80]), MASK]));
    socket.setNoDelay(true);
    socket.on('error', reject);
    socket.on('close', () => {
      // Fails loudly: a lost connection would make the measurement too small.
      if (isOpen && !isEnded) throw new Error(`the server closed ${url}`);
      else if (!isOpen) reject(new Error(`${url} was closed`));
    });
    socket.write(
      `GET ${pathname}${search} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nUpgrade: websocket\r\n` +
        `Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n` +
        `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
    );
  });
}

/** Calls back for each complete frame; returns how many bytes they take. */
function readFrames(buffer: Buffer, onFrame: OnFrame, pong: () => void): number {
  let at = 0;
  while (at + 2 <= buffer.length) {
    const short = buffer[at + 1]!;
    const headerLength = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (at + headerLength > buffer.length) return at;
    const length =
      headerLength === 2
        ? short
        : headerLength === 4
          ? buffer.readUInt16BE(at + 2)
          : Number(buffer.readBigUInt64BE(at + 2));
    const start = at + headerLength;
    if (start + length > buffer.length) return at;
    const opcode = buffer[at]! & 0x0f;
    if (opcode === 1) onFrame(buffer, start, start + length);
    else if (opcode === 9) pong();
    else if (opcode === 8)
      throw new Error(`closed: ${buffer.toString('latin1', start + 2, start + length)}`);
    at = start + length;
  }
  return at;
}

/** Returns a masked text frame (RFC 6455 section 5.3) of less than 64 KiB. */
function frameOf(text: string): Buffer {
  const payload = Buffer.from(text);
  for (let i = 0; i < payload.length; i += 1) payload[i]! ^= MASK[i & 3]!;
  const { length } = payload;
  const header = length < 126 ? [0x81, 0x80 | length] : [0x81, 0xfe, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(header), MASK, payload]);
}
