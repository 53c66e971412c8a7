import * as crypto from 'node:crypto';
import { isSameList } from '../../same-list.ts';

/*
 * A repeated clientMsgId must come with what was first sent. While a message is unchanged, its row says that;
 * afterwards a hash does, since the text itself is gone once it is deleted.
 */

/** What a client sends under a clientMsgId. */
export interface FirstSent {
  readonly text: string;
  readonly replyTo: number | null;
  readonly fileIds: readonly string[];
}

/** SHA-256 of what was sent. */
export function hashOf({ text, replyTo, fileIds }: FirstSent): Buffer {
  // Hashes of messages without files are older than files.
  const sent = fileIds.length === 0 ? [text, replyTo] : [text, replyTo, fileIds];
  return crypto.hash('sha256', JSON.stringify(sent), 'buffer');
}

/** Whether a stored message was first sent as this. `hash` is null while the message is unchanged. */
export function wasSentAs(
  first: FirstSent & { hash: Uint8Array | null },
  sent: FirstSent,
): boolean {
  if (first.hash) return hashOf(sent).equals(first.hash);
  return (
    first.text === sent.text &&
    first.replyTo === sent.replyTo &&
    isSameList(first.fileIds, sent.fileIds)
  );
}
