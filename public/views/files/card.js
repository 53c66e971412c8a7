// @ts-check
/** @import { FileInfo } from '../../../src/protocol/resources.ts' */
/** @import { FileKind } from '../../shared/files.js' */
/** @import { FilePlace } from '../../state/file-links.js' */
import { useState } from 'preact/hooks';
import { shortName } from '../../i18n/file-texts.js';
import { fileSize } from '../../i18n/format.js';
import { t } from '../../i18n/translate.js';
import { kindOf, shownName } from '../../shared/files.js';
import { html } from '../html.js';
import { Icon } from '../icons.js';
import { Player } from '../lazy-views.js';
import { Problem, useAction } from '../use-action.js';

/** @type {Record<FileKind, string>} */
const ICONS = {
  picture: 'picture',
  sound: 'music',
  video: 'film',
  text: 'fileText',
  other: 'file',
};

/**
 * A file that is not shown in place: its name, its size and a button that saves it. Sound and video have a player,
 * which loads nothing before somebody wants it.
 *
 * @param {{ file: FileInfo, place: FilePlace }} props
 */
export function FileCard({ file, place }) {
  const { busy, problem, run } = useAction();
  const [isPlaying, setPlaying] = useState(false);
  const kind = kindOf(file);
  return html`<div class="file-card" data-kind=${kind}>
    ${
      (kind === 'sound' || kind === 'video') &&
      html`<div class="player">
        ${
          isPlaying
            ? html`<${Player} file=${file} place=${place} />`
            : html`<button
                type="button"
                class="play"
                aria-label=${t('file.play', { name: shortName(file.name) })}
                onClick=${() => setPlaying(true)}
              >
                <span><${Icon} name="play" /></span>
              </button>`
        }
      </div>`
    }
    <span class="file-icon"><${Icon} name=${ICONS[kind]} /></span>
    <p class="file-name">
      <bdi title=${shownName(file.name)}>${shortName(file.name)}</bdi>
      <span class="file-size">${fileSize(file.size)}</span>
    </p>
    <button
      type="button"
      class="quiet round"
      aria-label=${t('file.download', { name: shortName(file.name) })}
      title=${t('file.downloadShort')}
      aria-busy=${busy}
      disabled=${busy}
      onClick=${() => run(async () => (await import('./download.js')).download(file, place))}
    >
      <${Icon} name="download" />
    </button>
    <${Problem} text=${problem} />
  </div>`;
}
