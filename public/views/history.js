// @ts-check
/** @import { History } from '../state/history.js' */
/** @import { OpenRoom } from '../state/open-room.js' */
import { t, tParts } from '../i18n/translate.js';
import { html } from './html.js';
import { Icon } from './icons.js';
import { Logo } from './logo.js';
import { Skeleton } from './skeleton.js';

/**
 * Shown above the first row: that there are older messages, that they are being loaded, or that the room
 * begins here.
 *
 * @param {{ openRoom: OpenRoom }} props
 */
export function HistoryStart({ openRoom }) {
  const { first, older, hasOlder } = openRoom.history;
  if (openRoom.closedReason.value && first.value !== 'ready') return null;
  if (first.value === 'failed') {
    return html`<${Retry} text=${t('history.failed')} retry=${() => openRoom.history.reopen()} />`;
  }
  if (older.value === 'failed') {
    return html`<${Retry}
      text=${t('history.olderFailed')}
      retry=${() => openRoom.history.loadOlder()}
    />`;
  }
  if (first.value === 'loading') {
    return html`<${Skeleton} kind="messages" rows=${6} label=${t('history.loading')} />`;
  }
  if (hasOlder.value) {
    return html`<div class="beginning">
      <span class="loader" role="img" aria-label=${t('history.loading')}></span>
    </div>`;
  }
  return html`<${RoomStart} openRoom=${openRoom} />`;
}

/** @param {{ openRoom: OpenRoom }} props */
function RoomStart({ openRoom: { history, pending, room } }) {
  const empty = !history.timeline.last && pending.all.value.length === 0;
  const isDirect = room.value?.kind === 'direct';
  return html`<div class="beginning" data-empty=${empty}>
    <${Logo} />
    <p class="beginning-title">
      ${tParts(isDirect ? 'history.startDirect' : 'history.start', { name: html`<bdi>${room.value?.name}</bdi>` })}
    </p>
    <p class="hint" dir="auto">
      ${room.value?.topic || (empty && !isDirect && t('history.empty'))}
    </p>
  </div>`;
}

/**
 * Shown below the last row of an older part of the history: what comes after it is being loaded.
 *
 * @param {{ history: History }} props
 */
export function HistoryEnd({ history }) {
  return html`<div class="later">
    ${
      history.newer.value === 'failed'
        ? html`<button type="button" class="quiet" onClick=${() => history.loadNewer()}>
            ${t('history.newerFailed')}
          </button>`
        : html`<span class="loader" role="img" aria-label=${t('history.loading')}></span>`
    }
  </div>`;
}

/** @param {{ text: string, retry: () => void }} props */
function Retry({ text, retry }) {
  return html`<div class="failed" role="alert">
    <${Icon} name="warning" />
    <p>${text}</p>
    <button type="button" class="secondary" onClick=${retry}>${t('common.tryAgain')}</button>
  </div>`;
}
