// @ts-check
/** @import { History } from '../state/history.js' */
/** @import { OpenRoom } from '../state/open-room.js' */
import { html } from './html.js';
import { Logo } from './icons.js';

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
    return html`<${Retry}
      text="The messages could not be loaded."
      retry=${() => openRoom.history.reopen()}
    />`;
  }
  if (older.value === 'failed') {
    return html`<${Retry}
      text="Earlier messages could not be loaded."
      retry=${() => openRoom.history.loadOlder()}
    />`;
  }
  if (first.value === 'loading' || hasOlder.value) {
    return html`<div class="beginning">
      <span class="loader" role="img" aria-label="Loading messages"></span>
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
      ${isDirect ? 'This is the beginning of what you and ' : 'This is the beginning of '}<bdi>${room.value?.name}</bdi>${isDirect && ' have said'}
    </p>
    <p class="hint" dir="auto">
      ${room.value?.topic || (empty && !isDirect && 'Say something. Whoever joins later can read it too.')}
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
            Later messages could not be loaded. Try again
          </button>`
        : html`<span class="loader" role="img" aria-label="Loading messages"></span>`
    }
  </div>`;
}

/** @param {{ text: string, retry: () => void }} props */
function Retry({ text, retry }) {
  return html`<div class="beginning" role="alert">
    <p>${text}</p>
    <button type="button" class="quiet" onClick=${retry}>Try again</button>
  </div>`;
}
