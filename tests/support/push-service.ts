import {
  createDecipheriv,
  createECDH,
  createPublicKey,
  hkdfSync,
  randomBytes,
  verify,
  type ECDH,
} from 'node:crypto';
import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import type { PushedMessage } from '../../src/protocol/push.ts';
import { call, type At } from './client.ts';

/* A push service and the browsers that it serves, with a decryption of their own: not that of the server's library. */

/** A push message as it arrived. */
export interface Pushed {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Answers a push message; by default with 201. */
export type PushAnswer = (response: ServerResponse, pushed: Pushed) => void;

export interface PushService {
  readonly origin: string;
  /** All messages so far. */
  readonly received: readonly Pushed[];
  /** How many requests are open. */
  readonly open: number;
  /** What it answers from now on; null for 201. */
  answer: PushAnswer | null;
  /** Makes a browser, and subscribes it for a user at a server. */
  subscribe(server: At, account: { readonly token: string }): Promise<Browser>;
}

/** Starts a push service on a free port. `onEnd` takes what ends it; by default it ends with the test. */
export async function startPushService(
  onEnd: (end: () => void) => void = onTestFinished,
): Promise<PushService> {
  const received: Pushed[] = [];
  const browsers = new Map<string, Browser>();
  let open = 0;
  const server = createServer((request, response) => void take(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const service: PushService = {
    origin,
    received,
    get open() {
      return open;
    },
    answer: null,
    subscribe: async (at, { token }) => {
      const path = `/send/${randomBytes(8).toString('hex')}`;
      const browser = new Browser(origin + path);
      browsers.set(path, browser);
      const { status } = await call(at, 'PUT', '/push/subscription', { token, body: browser });
      expect(status).toBe(204);
      return browser;
    },
  };
  return service;

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    open += 1;
    response.once('close', () => (open -= 1));
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const pushed = { path: request.url!, headers: request.headers, body: Buffer.concat(chunks) };
    received.push(pushed);
    if (service.answer) service.answer(response, pushed);
    else response.writeHead(201, { location: `${origin}/message` }).end();
    browsers.get(pushed.path)!.take(pushed);
  }
}

/** A browser with a subscription. */
export class Browser {
  readonly endpoint: string;
  /** What it was sent so far. */
  readonly received: Pushed[] = [];
  readonly #keys: ECDH = createECDH('prime256v1');
  readonly #auth = randomBytes(16);
  #read = 0;
  #wake = () => {};

  constructor(endpoint: string) {
    this.endpoint = endpoint;
    this.#keys.generateKeys();
  }

  take(pushed: Pushed): void {
    this.received.push(pushed);
    this.#wake();
  }

  /** Resolves with the next message as it arrived. */
  async nextRaw(): Promise<Pushed> {
    while (this.#read === this.received.length) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    return this.received[this.#read++]!;
  }

  /** Resolves with what the service worker gets next. */
  async next(): Promise<PushedMessage> {
    return this.read(await this.nextRaw());
  }

  /** What `PushSubscription.toJSON()` returns. */
  toJSON() {
    return {
      endpoint: this.endpoint,
      expirationTime: null,
      keys: {
        p256dh: this.#keys.getPublicKey('base64url'),
        auth: this.#auth.toString('base64url'),
      },
    };
  }

  /** Decrypts a message (RFC 8291 section 3, RFC 8188), and parses what the service worker receives. */
  read({ body }: Pushed): PushedMessage {
    const [salt, recordSize, idLength] = [
      body.subarray(0, 16),
      body.readUInt32BE(16),
      body.readUInt8(20),
    ];
    const sender = body.subarray(21, 21 + idLength);
    const record = body.subarray(21 + idLength);
    if (record.length > recordSize) throw new Error('There is more than one record');
    const secret = this.#keys.computeSecret(sender);
    const info = Buffer.concat([text('WebPush: info\0'), this.#keys.getPublicKey(), sender]);
    const input = hkdf(secret, this.#auth, info, 32);
    const key = hkdf(input, salt, text('Content-Encoding: aes128gcm\0'), 16);
    const nonce = hkdf(input, salt, text('Content-Encoding: nonce\0'), 12);
    const decipher = createDecipheriv('aes-128-gcm', key, nonce);
    decipher.setAuthTag(record.subarray(-16));
    const padded = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()]);
    const end = padded.lastIndexOf(2);
    // After the delimiter of the last record there are only zeros.
    if (padded.subarray(end + 1).some((byte) => byte !== 0))
      throw new Error('The padding is wrong');
    return JSON.parse(padded.subarray(0, end).toString()) as PushedMessage;
  }
}

const text = (ascii: string) => Buffer.from(ascii, 'ascii');
const hkdf = (key: Buffer, salt: Buffer, info: Buffer, length: number) =>
  Buffer.from(hkdfSync('sha256', key, salt, info, length));

/** Verifies who has sent a message (VAPID, RFC 8292), and returns the claims. */
export function vapidClaims(
  { headers }: Pushed,
  publicKey: string,
): { aud: string; exp: number; sub: string } {
  const [, token = '', key] = /^vapid t=([^,]+), ?k=(.+)$/.exec(headers.authorization!) ?? [];
  if (key !== publicKey) throw new Error(`It is signed by the key ${key}`);
  const [header, claims, signature] = token.split('.') as [string, string, string];
  const point = Buffer.from(publicKey, 'base64url');
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) =>
    part.toString('base64url'),
  );
  const jwk = { kty: 'EC', crv: 'P-256', x: x!, y: y! };
  const isRight = verify(
    'sha256',
    Buffer.from(`${header}.${claims}`),
    { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  if (!isRight) throw new Error('The signature is wrong');
  return parsed(claims) as { aud: string; exp: number; sub: string };
}

const parsed = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());
