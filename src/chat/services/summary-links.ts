import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { ChatError } from '../../protocol/errors.ts';

/** What a link does. */
export type SummaryAct = 'confirm' | 'stop';

/**
 * Signs the links in mails by which whoever got one confirms or ends summaries, without signing in. A link names the act
 * and the account, works for nothing else, and as long as the secret of the tokens stays: a mail may be opened years later.
 */
export class SummaryLinks {
  readonly #key: Buffer;

  constructor(secret: string) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', 'charla links in summaries', 32));
  }

  /** The path of a link, below the address of the server. */
  pathTo(act: SummaryAct, userId: string): string {
    return `/summaries/${act}?token=${userId}.${this.#signature(act, userId).toString('base64url')}`;
  }

  /** Returns whose token it is. Throws `token_invalid` where it is nobody's. Ids have no dots. */
  verify(act: SummaryAct, token: string): string {
    const [, userId = '', signature = ''] = /^([\w-]{1,64})\.([\w-]{43})$/.exec(token) ?? [];
    const given = Buffer.concat([Buffer.from(signature, 'base64url'), NOTHING], HASH_BYTES);
    if (timingSafeEqual(this.#signature(act, userId), given) && userId !== '') return userId;
    throw new ChatError('token_invalid', {
      message: 'This link is not complete; your profile has the switch for summaries, too',
    });
  }

  #signature(act: SummaryAct, userId: string): Buffer {
    return createHmac('sha256', this.#key).update(`${act} ${userId}`).digest();
  }
}

const HASH_BYTES = 32;
const NOTHING = Buffer.alloc(HASH_BYTES);
