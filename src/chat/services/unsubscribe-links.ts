import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { ChatError } from '../../protocol/errors.ts';

/**
 * Signs the links in summaries by which whoever got one ends them, without signing in. A link names the account, works for
 * nothing else, and as long as the secret of the tokens stays: a mail may be opened years later.
 */
export class UnsubscribeLinks {
  readonly #key: Buffer;

  constructor(secret: string) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', 'charla links out of summaries', 32));
  }

  /** The path of a link, below the address of the server. */
  pathFor(userId: string): string {
    return `/unsubscribe?token=${userId}.${this.#signature(userId).toString('base64url')}`;
  }

  /** Returns whose token it is. Throws `token_invalid` where it is nobody's. Ids have no dots. */
  verify(token: string): string {
    const [, userId = '', signature = ''] = /^([\w-]{1,64})\.([\w-]{43})$/.exec(token) ?? [];
    const given = Buffer.concat([Buffer.from(signature, 'base64url'), NOTHING], HASH_BYTES);
    if (timingSafeEqual(this.#signature(userId), given) && userId !== '') return userId;
    throw new ChatError('token_invalid', {
      message: 'This link is not complete; you can turn the summaries off in your profile, too',
    });
  }

  #signature(userId: string): Buffer {
    return createHmac('sha256', this.#key).update(userId).digest();
  }
}

const HASH_BYTES = 32;
const NOTHING = Buffer.alloc(HASH_BYTES);
