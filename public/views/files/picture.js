// @ts-check
/** @import { FileInfo } from '../../../src/protocol/resources.ts' */
/** @import { FilePlace } from '../../state/file-links.js' */
import { useEffect, useRef, useState } from 'preact/hooks';
import { altOf } from '../../i18n/file-texts.js';
import { t } from '../../i18n/translate.js';
import { sentPreview } from '../../state/attachments/sent-previews.js';
import { html } from '../html.js';
import { Icon } from '../icons.js';
import { AnimationButton, useAnimation } from './animation.js';
import { useFileLink } from './use-file-link.js';
import { useNear } from './use-near.js';

/**
 * A picture in a message, which fills a box that is there before it.
 *
 * @param {{ file: FileInfo, place: FilePlace, isLive: boolean, onOpen: () => void }} props `isLive`: whether the server
 *   can be reached
 */
export function Picture({ file, place, isLive, onOpen }) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const isNear = useNear(box);
  const { link, trouble, attempt, onLoad, onError, retry } = useFileLink(place, isNear);
  const [isShown, setShown] = useState(false);
  const [before] = useState(() => sentPreview(file.id));
  const animation = useAnimation(file, isShown ? link : null);
  // What failed while the server was away is loaded when it is back.
  useEffect(() => {
    if (isLive && trouble === 'failed') retry();
  }, [isLive]);
  return html`<div
    class="picture-view"
    ref=${box}
    data-state=${trouble ?? (isShown || before ? 'shown' : 'loading')}
  >
    ${
      trouble
        ? html`<${Trouble} file=${file} trouble=${trouble} onRetry=${retry} />`
        : html`<button type="button" class="picture-open" aria-haspopup="dialog" onClick=${onOpen}>
            <img
              key=${attempt}
              src=${link?.thumbnailUrl ?? link?.url}
              alt=${altOf(file)}
              draggable=${false}
              decoding="async"
              onLoad=${() => {
                onLoad();
                setShown(true);
              }}
              onError=${onError}
            />
            ${before && !isShown && html`<img src=${before} alt="" draggable=${false} />`}
            ${animation.isPlaying && html`<img src=${link?.url} alt="" draggable=${false} />`}
            ${file.alt && html`<span class="alt-sign" aria-hidden="true">${t('file.altSign')}</span>`}
          </button>`
    }
    ${!trouble && html`<${AnimationButton} animation=${animation} />`}
  </div>`;
}

/** @param {{ file: FileInfo, trouble: 'failed' | 'gone', onRetry: () => void }} props */
function Trouble({ file, trouble, onRetry }) {
  return html`<div class="picture-trouble">
    <${Icon} name="picture" />
    <span class="visually-hidden">${altOf(file)}: </span>
    <span>${t(trouble === 'gone' ? 'error.file_not_found' : 'file.failed')}</span>
    ${
      trouble === 'failed' &&
      html`<button type="button" class="link" onClick=${onRetry}>${t('common.tryAgain')}</button>`
    }
  </div>`;
}
