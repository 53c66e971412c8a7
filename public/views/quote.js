// @ts-check
/** @import { OpenRoom } from '../state/open-room.js' */
import { clip } from '../shared/graphemes.js';
import { html } from './html.js';

/** A quote is a reminder, not the message again. */
const LENGTH = 160;

/**
 * What a message answers, in a line or two. A click goes there.
 *
 * @param {{ seq: number, openRoom: OpenRoom }} props
 */
export function Quote({ seq, openRoom }) {
  const message = openRoom.messageAt(seq);
  return html`<button
    type="button"
    class="quote"
    aria-label="Go to the message that this answers"
    onClick=${() => openRoom.goTo(seq)}
  >
    <bdi class="quote-author">${message?.author.name ?? '…'}</bdi>
    <span dir="auto"
      >${message?.deletedAt ? 'Message deleted' : clip(message?.text ?? '', LENGTH)}</span
    >
  </button>`;
}
