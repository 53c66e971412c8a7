// @ts-check
/** @import { Attachment } from '../../state/attachments/attachment.js' */
import { html } from '../html.js';
import { Tile } from './tile.js';

/** The files of a message that is on its way. @param {{ attachments: readonly Attachment[] }} props */
export function PendingFiles({ attachments }) {
  return html`<ul class="pending-files">
    ${attachments.map((attachment) => html`<${Tile} key=${attachment.key} attachment=${attachment} />`)}
  </ul>`;
}
