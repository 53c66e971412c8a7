import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

interface CookieOptions {
  readonly name: string;
  /** The paths that it is sent to begin with this one. */
  readonly path: string;
  readonly maxAgeSeconds: number;
  /** `Lax`: also with a link on another site that leads here. */
  readonly sameSite: 'Lax' | 'Strict';
  /** Whether it is sent over https only. */
  readonly secure: boolean;
}

/** Sets a cookie that no script can read; without a value it deletes it. */
export function setCookie(reply: FastifyReply, options: CookieOptions, value: string | null): void {
  const { name, path, maxAgeSeconds, sameSite, secure } = options;
  const maxAge = value === null ? 0 : maxAgeSeconds;
  const attributes = `Path=${path}; Max-Age=${maxAge}; HttpOnly; SameSite=${sameSite}`;
  const before = reply.getHeader('set-cookie') ?? [];
  const cookie = `${name}=${value ?? ''}; ${attributes}${secure ? '; Secure' : ''}`;
  reply.removeHeader('set-cookie');
  reply.header('set-cookie', [before, cookie].flat() as string[]);
}

/** The value of a cookie; '' without one. */
export function cookieOf({ headers }: FastifyRequest, { name }: CookieOptions): string {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
}

/** Signs JSON for a cookie, so that only this server can have written it. All nodes share the key. */
export class Seal {
  readonly #key: Buffer;

  constructor(secret: string, purpose: string) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', purpose, 32));
  }

  /** `expiresAt` in milliseconds since 1970. */
  close(value: object, expiresAt: number): string {
    const text = Buffer.from(JSON.stringify({ value, expiresAt })).toString('base64url');
    return `${text}.${this.#signature(text).toString('base64url')}`;
  }

  /** Returns the value; null where it was not signed here, or has expired. */
  open(sealed: string): unknown {
    const [text = '', signature = ''] = sealed.split('.');
    const [given, right] = [Buffer.from(signature, 'base64url'), this.#signature(text)];
    if (given.length !== right.length || !timingSafeEqual(given, right)) return null;
    const { value, expiresAt } = JSON.parse(Buffer.from(text, 'base64url').toString()) as {
      value: unknown;
      expiresAt: number;
    };
    return expiresAt > Date.now() ? value : null;
  }

  #signature(text: string): Buffer {
    return createHmac('sha256', this.#key).update(text).digest();
  }
}
