// @ts-check
/** @import { FilePlace } from '../../state/file-links.js' */
import { useRef } from 'preact/hooks';
import { html } from '../html.js';
import { useFileLink } from './use-file-link.js';
import { useNear } from './use-near.js';

/**
 * A small picture without words, which fills a box that is there before it.
 *
 * @param {{ place: FilePlace }} props
 */
export function Thumbnail({ place }) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const { link, trouble, attempt, onLoad, onError } = useFileLink(place, useNear(box));
  const url = trouble ? null : link?.thumbnailUrl;
  return html`<span ref=${box}>
    ${
      url &&
      html`<img
        key=${attempt}
        src=${url}
        alt=""
        draggable=${false}
        onLoad=${onLoad}
        onError=${onError}
      />`
    }
  </span>`;
}
