// @ts-check
/** @import { Attachment } from '../../state/attachments/attachment.js' */
import { fileSize } from '../../i18n/format.js';
import { ON_SENDING, refusalText } from '../../i18n/refusals.js';
import { t } from '../../i18n/translate.js';
import { shownName } from '../../shared/files.js';
import { html } from '../html.js';
import { Icon } from '../icons.js';

/** Endings of names that fit on a tile. */
const ENDING = /[^.]\.([\p{L}\p{N}]{1,5})$/u;

/**
 * A file on its way to the server: its picture, or its kind; its name, its size, and how far it is.
 *
 * @param {{ attachment: Attachment, children?: unknown }} props `children`: what can be done with it
 */
export function Tile({ attachment, children }) {
  const { size, preview, state, alt } = attachment;
  const name = shownName(attachment.name);
  const now = state.value;
  return html`<li class="tile" data-state=${now}>
    <div class="tile-face">
      ${
        preview
          ? html`<img src=${preview} alt=${alt.value} draggable=${false} />`
          : html`<span class="tile-kind" aria-hidden="true">
              <${Icon} name="file" />${ENDING.exec(name)?.[1]}
            </span>`
      }
      <${UploadBar} attachment=${attachment} />
      ${children}
    </div>
    <p class="tile-text">
      <bdi title=${name}>${name}</bdi>
      <span>${detailOf(now, size)}</span>
    </p>
  </li>`;
}

/** How much of a file has gone out. @param {{ attachment: Attachment }} props */
export function UploadBar({ attachment: { name, state, progress } }) {
  if (state.value !== 'uploading') return null;
  return html`<progress
    class="upload-bar"
    max="1"
    value=${progress.value}
    aria-label=${t('attachments.uploadingNamed', { name: shownName(name) })}
  ></progress>`;
}

/**
 * @param {string} state
 * @param {number} size
 */
function detailOf(state, size) {
  if (state === 'waiting') return t('attachments.waiting');
  return state === 'failed' ? t('attachments.failed') : fileSize(size);
}

/**
 * Returns why a file was not uploaded.
 *
 * @param {Attachment} attachment
 */
export function reasonOf({ state, trouble }) {
  if (state.value !== 'failed' || !trouble.value) return null;
  return refusalText(trouble.value, ON_SENDING);
}
