import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { ChatError } from '../../protocol/errors.ts';

/** How long a link is good, in milliseconds. */
export const LINK_MS = 10 * 60_000;

/** Who requested a link. */
export interface LinkOwner {
  readonly userId: string;
  readonly sessionId: string;
  /** When the link expires, in milliseconds since 1970. */
  readonly expiresAt: number;
}

/**
 * Signs links to files, which replace the token of a user for one file and ten minutes. The key follows from that of the
 * tokens, so that all nodes share it; neither signs what the other does.
 */
export class FileLinks {
  readonly #key: Buffer;

  constructor(secret: string) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', 'charla links to files', 32));
  }

  /** Returns what a URL of the file needs as its parameter `link`. Ids have no dots. */
  sign(fileId: string, { userId, sessionId, expiresAt }: LinkOwner): string {
    const claims = `${expiresAt.toString(36)}.${userId}.${sessionId}`;
    return `${claims}.${this.#signature(fileId, claims).toString('base64url')}`;
  }

  /** Returns who requested a link to the file. Throws `token_invalid` where nobody has, `token_expired` where it is over. */
  verify(fileId: string, link: string): LinkOwner {
    const [, claims = '', expiry = '', userId = '', sessionId = '', signature = ''] =
      /^(([\da-z]+)\.([\w-]+)\.([\w-]+))\.([\w-]{43})$/.exec(link) ?? [];
    const isSigned = timingSafeEqual(
      this.#signature(fileId, claims),
      Buffer.concat([Buffer.from(signature, 'base64url'), NOTHING], HASH_BYTES),
    );
    if (!isSigned || claims === '') {
      throw new ChatError('token_invalid', { message: 'This link is not one of this file' });
    }
    const expiresAt = Number.parseInt(expiry, 36);
    if (expiresAt <= Date.now()) {
      throw new ChatError('token_expired', { message: 'This link has expired; request another' });
    }
    return { userId, sessionId, expiresAt };
  }

  #signature(fileId: string, claims: string): Buffer {
    return createHmac('sha256', this.#key).update(`${fileId} ${claims}`).digest();
  }
}

const HASH_BYTES = 32;
const NOTHING = Buffer.alloc(HASH_BYTES);
