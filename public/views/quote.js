// @ts-check
/** @import { Message } from '../chat-client.js' */
/** @import { Conversation } from '../state/conversation.js' */
import { useEffect, useState } from 'preact/hooks';
import { clip } from '../shared/graphemes.js';
import { html } from './html.js';

/** A quote is a reminder, not the message again. */
const LENGTH = 160;

/**
 * What a message answers, in a line or two. A click goes there.
 *
 * @param {{ seq: number, conversation: Conversation }} props
 */
export function Quote({ seq, conversation }) {
  const [fetched, setFetched] = useState(/** @type {Message | undefined} */ (undefined));
  const message = conversation.timeline.messageAt(seq) ?? fetched;
  const isMissing = message === undefined;
  useEffect(() => {
    if (isMissing) void conversation.fetchMessage(seq).then(setFetched);
  }, [seq, isMissing]);
  return html`<button
    type="button"
    class="quote"
    aria-label="Go to the message that this answers"
    onClick=${() => conversation.goTo(seq)}
  >
    <bdi class="quote-author">${message?.author.name ?? '…'}</bdi>
    <span dir="auto"
      >${message?.deletedAt ? 'Message deleted' : clip(message?.text ?? '', LENGTH)}</span
    >
  </button>`;
}
