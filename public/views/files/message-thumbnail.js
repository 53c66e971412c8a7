// @ts-check
/** @import { Message } from '../../../src/protocol/resources.ts' */
import { isPicture } from '../../shared/files.js';
import { html } from '../html.js';
import { Thumbnail } from '../lazy-views.js';

/**
 * The first picture of a message, where a line stands for the message; nothing where it has none.
 *
 * @param {{ message: Message | null }} props
 */
export function MessageThumbnail({ message }) {
  const file = message?.files.find(isPicture);
  if (!message || !file) return null;
  const { roomId, seq } = message;
  return html`<span class="thumbnail">
    <${Thumbnail} key=${file.id} place=${{ roomId, seq, fileId: file.id }} />
  </span>`;
}
