// @ts-check
/** @import { Message } from '../../../src/protocol/resources.ts' */
/** @import { FilePlace } from '../../state/file-links.js' */
import { useRef } from 'preact/hooks';
import { isPicture } from '../../shared/files.js';
import { html } from '../html.js';
import { useFileLink } from './use-file-link.js';
import { useNear } from './use-near.js';

/**
 * The first picture of a message, small and without words, where a line stands for the message; nothing where it has
 * none.
 *
 * @param {{ message: Message | null }} props
 */
export function Thumbnail({ message }) {
  const file = message?.files.find(isPicture);
  if (!message || !file) return null;
  const { roomId, seq } = message;
  return html`<${Small} key=${file.id} place=${{ roomId, seq, fileId: file.id }} />`;
}

/** @param {{ place: FilePlace }} props */
function Small({ place }) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const { link, trouble, attempt, onLoad, onError } = useFileLink(place, useNear(box));
  if (trouble) return null;
  return html`<span class="thumbnail" ref=${box}>
    ${
      link?.thumbnailUrl &&
      html`<img
        key=${attempt}
        src=${link.thumbnailUrl}
        alt=""
        draggable=${false}
        onLoad=${onLoad}
        onError=${onError}
      />`
    }
  </span>`;
}
