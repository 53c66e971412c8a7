// @ts-check
/** @import { FileInfo, Message } from '../../../src/protocol/resources.ts' */
/** @import { FilePlace } from '../../state/file-links.js' */
/** @import { useZoom } from './use-zoom.js' */
import { useEffect, useState } from 'preact/hooks';
import { altOf } from '../../i18n/file-texts.js';
import { t } from '../../i18n/translate.js';
import { linkTo } from '../../state/file-links.js';
import { html } from '../html.js';
import { Icon } from '../icons.js';
import { AnimationButton, useAnimation } from './animation.js';
import { useFileLink } from './use-file-link.js';

/**
 * A picture in the viewer: its thumbnail, until the picture itself has arrived.
 *
 * @param {{ file: FileInfo, place: FilePlace, zoom: ReturnType<typeof useZoom>,
 *   neighbours: readonly ({ file: FileInfo, message: Message } | undefined)[] }} props
 */
export function ViewedPicture({ file, place, zoom, neighbours }) {
  const { link, trouble, attempt, onLoad, onError, retry } = useFileLink(place, true);
  const animation = useAnimation(file, link, Infinity);
  const isStill = animation.moves === null || (animation.moves && !animation.isPlaying);
  const [isWhole, setWhole] = useState(false);
  // Whoever turns to a neighbour sees its thumbnail at once.
  useEffect(() => {
    if (!isWhole) return;
    for (const one of neighbours) if (one) void loadThumbnail(one);
  }, [isWhole]);
  if (trouble)
    return html`<div class="viewer-trouble" role="alert">
      <${Icon} name="picture" />
      <p>${t(trouble === 'gone' ? 'error.file_not_found' : 'file.failed')}</p>
      ${
        trouble === 'failed' &&
        html`<button type="button" class="secondary" onClick=${retry}>
          ${t('common.tryAgain')}
        </button>`
      }
    </div>`;
  const { frame, view } = zoom;
  const style = {
    width: `${frame.shown.width}px`,
    height: `${frame.shown.height}px`,
    transform: `translate(${view.x}px, ${view.y}px) scale(${view.scale})`,
  };
  return html`<div class="viewer-picture" style=${style}>
      ${link?.thumbnailUrl && (isStill || !isWhole) && html`<img key="thumbnail" src=${link.thumbnailUrl} alt="" draggable=${false} />`}
      <img
        key=${`whole ${attempt}`}
        src=${isStill ? undefined : link?.url}
        alt=${altOf(file)}
        draggable=${false}
        data-loaded=${isWhole && !isStill}
        onLoad=${() => {
          onLoad();
          setWhole(true);
        }}
        onError=${onError}
      />
      ${!isWhole && !isStill && html`<span class="loader"></span>`}
    </div>
    <${AnimationButton} animation=${animation} />`;
}

/** @param {{ file: FileInfo, message: Message }} picture */
async function loadThumbnail({ file, message: { roomId, seq } }) {
  // The neighbour says itself what is wrong, if anybody turns to it.
  const link = await linkTo({ roomId, seq, fileId: file.id }).catch(() => null);
  if (link?.thumbnailUrl) new Image().src = link.thumbnailUrl;
}
