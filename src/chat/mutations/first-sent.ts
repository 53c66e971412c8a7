import * as crypto from 'node:crypto';

/*
 * A repeated clientMsgId must come with what was first sent. While a message is unchanged, its row says that;
 * afterwards a hash does, since the text itself is gone once it is deleted.
 */

/** What a client sends under a clientMsgId. */
export interface SentText {
  readonly text: string;
  readonly replyTo: number | null;
}

/** SHA-256 of what was sent. */
export const hashOf = ({ text, replyTo }: SentText): Buffer =>
  crypto.hash('sha256', JSON.stringify([text, replyTo]), 'buffer');

/** Whether a stored message was first sent as this. `hash` is null while the message is unchanged. */
export function wasSentAs(first: SentText & { hash: Uint8Array | null }, sent: SentText): boolean {
  if (first.hash) return hashOf(sent).equals(first.hash);
  return first.text === sent.text && first.replyTo === sent.replyTo;
}
