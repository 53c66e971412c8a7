// @ts-check
/** @import { Attachment } from '../../state/attachments/attachment.js' */
import { altOf, shortName, summaryOf } from '../../i18n/file-texts.js';
import { fileSize } from '../../i18n/format.js';
import { shownName } from '../../shared/files.js';
import { Pictures } from '../files/message-files.js';
import { html } from '../html.js';
import { Icon } from '../icons.js';
import { UploadBar } from './tile.js';

/**
 * The files of a message that is on its way, where those of the message will be.
 *
 * @param {{ attachments: readonly Attachment[], hasText: boolean }} props
 */
export function PendingFiles({ attachments, hasText }) {
  const byId = new Map(attachments.map((attachment) => [attachment.info.id, attachment]));
  const files = attachments.map(({ info }) => info);
  const pictures = files.filter(({ width }) => width !== null);
  return html`<div class="files" role="group" aria-label=${summaryOf(files)}>
    ${
      pictures.length > 0 &&
      html`<${Pictures}
        pictures=${pictures}
        hasText=${hasText}
        show=${(/** @type {typeof files[number]} */ file, /** @type {object} */ shape) => {
          const attachment = byId.get(file.id);
          return html`<div key=${attachment?.key} class="picture" style=${shape}>
            <img src=${attachment?.preview} alt=${altOf(file)} draggable=${false} />
            <${UploadBar} attachment=${attachment} />
          </div>`;
        }}
      />`
    }
    ${attachments.map((one) => one.box.value === null && html`<${PendingCard} key=${one.key} attachment=${one} />`)}
  </div>`;
}

/** @param {{ attachment: Attachment }} props */
function PendingCard({ attachment }) {
  const { name, size } = attachment;
  return html`<div class="file-card">
    <span class="file-icon"><${Icon} name="file" /></span>
    <p class="file-name">
      <bdi title=${shownName(name)}>${shortName(name)}</bdi>
      <span class="file-size">${fileSize(size)}</span>
    </p>
    <${UploadBar} attachment=${attachment} />
  </div>`;
}
