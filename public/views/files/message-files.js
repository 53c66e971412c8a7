// @ts-check
/** @import { FileInfo, Message } from '../../../src/protocol/resources.ts' */
/** @import { OpenRoom } from '../../state/open-room.js' */
import { altOf, summaryOf } from '../../i18n/file-texts.js';
import { isPicture } from '../../shared/files.js';
import { html } from '../html.js';
import { Picture } from '../lazy-views.js';
import { FileCard } from './card.js';
import { boxOf, gridRatio, isTiny, rowsOf, sizeOf } from './layout.js';
import { viewed } from './viewed.js';

/**
 * How the bubble of a message goes around its files: `bare` where there are pictures and nothing else, with room for the
 * time on them; `pictures` where a text is below some.
 *
 * @param {Pick<Message, 'files' | 'text'>} message
 * @returns {'bare' | 'pictures' | 'mixed' | undefined}
 */
export function frameOf({ files, text }) {
  if (files.length === 0) return undefined;
  if (text !== '') return files.some(isPicture) ? 'pictures' : 'mixed';
  return files.every((file) => isPicture(file) && !isTiny(sizeOf(file))) ? 'bare' : 'mixed';
}

/**
 * What a message with files carries: its pictures, then its other files.
 *
 * @param {{ message: Message, openRoom: OpenRoom }} props
 */
export function MessageFiles({ message, openRoom }) {
  const { files, roomId, seq } = message;
  const pictures = files.filter(isPicture);
  const isLive = openRoom.connectionState.value === 'live';
  const placeOf = (/** @type {FileInfo} */ { id }) => ({ roomId, seq, fileId: id });
  const [only] = files;
  const label = files.length === 1 && only && isPicture(only) ? altOf(only) : summaryOf(files);
  return html`<div class="files" id=${`files-${seq}`} role="group" aria-label=${label}>
    ${
      pictures.length > 0 &&
      html`<${Pictures}
        pictures=${pictures}
        hasText=${message.text !== ''}
        show=${(/** @type {FileInfo} */ file, /** @type {object} */ shape) =>
          html`<div
            key=${file.id}
            class="picture"
            style=${shape}
            data-fit=${isTiny(sizeOf(file)) ? 'tiny' : undefined}
          >
            <${Picture}
              file=${file}
              place=${placeOf(file)}
              isLive=${isLive}
              onOpen=${() => (viewed.value = { openRoom, fileId: file.id })}
            />
          </div>`}
      />`
    }
    ${files.map((file) => !isPicture(file) && html`<${FileCard} key=${file.id} file=${file} place=${placeOf(file)} />`)}
  </div>`;
}

/**
 * Lays out pictures: one by itself, more in rows of the same width, each as high as its pictures need.
 *
 * @param {{ pictures: readonly FileInfo[], hasText: boolean, show: (file: FileInfo, shape: object) => unknown }} props
 *   `show`: renders one in a box with these styles
 */
export function Pictures({ pictures, hasText, show }) {
  const [only] = pictures;
  if (only && pictures.length === 1) {
    const { width, height } = boxOf(sizeOf(only), hasText);
    return show(only, { width: `${width}px`, aspectRatio: `${width} / ${height}` });
  }
  return html`<div class="picture-grid">
    ${rowsOf(pictures).map(
      (row) =>
        html`<div class="picture-row">
          ${row.map((file) => {
            const ratio = gridRatio(sizeOf(file), row.length);
            return show(file, { flex: `${ratio} 1 0`, aspectRatio: `${ratio}` });
          })}
        </div>`,
    )}
  </div>`;
}
