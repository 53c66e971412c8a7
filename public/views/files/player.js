// @ts-check
/** @import { FileInfo } from '../../../src/protocol/resources.ts' */
/** @import { FilePlace } from '../../state/file-links.js' */
import { useEffect, useRef } from 'preact/hooks';
import { shortName } from '../../i18n/file-texts.js';
import { t } from '../../i18n/translate.js';
import { kindOf } from '../../shared/files.js';
import { html } from '../html.js';
import { useFileLink } from './use-file-link.js';

/**
 * The browser's player, which starts at once. Where its link has expired meanwhile, it goes on with a new one.
 *
 * @param {{ file: FileInfo, place: FilePlace }} props
 */
export function Player({ file, place }) {
  const player = useRef(/** @type {HTMLMediaElement | null} */ (null));
  const reached = useRef(0);
  const { link, trouble, attempt, onLoad, onError, retry } = useFileLink(place, true);
  useEffect(() => player.current?.focus(), []);
  if (trouble) {
    const isGone = trouble === 'gone';
    return html`<div class="player-trouble" role="alert">
      <p>${t(isGone ? 'error.file_not_found' : 'file.cannotPlay')}</p>
      ${!isGone && html`<button type="button" class="link" onClick=${retry}>${t('common.tryAgain')}</button>`}
    </div>`;
  }
  return html`<${kindOf(file) === 'video' ? 'video' : 'audio'}
    key=${attempt}
    ref=${player}
    src=${link?.url}
    aria-label=${shortName(file.name)}
    controls
    autoplay
    playsinline
    preload="metadata"
    onLoadedMetadata=${() => {
      if (player.current && reached.current > 0) player.current.currentTime = reached.current;
    }}
    onTimeUpdate=${() => {
      reached.current = player.current?.currentTime || reached.current;
      onLoad();
    }}
    onError=${onError}
  />`;
}
