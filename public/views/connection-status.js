// @ts-check
import { refusalText } from '../i18n/refusals.js';
import { t } from '../i18n/translate.js';
import { connectionStatus } from '../state/connection-status.js';
import { currentRoom } from '../state/open-rooms.js';
import { unsentIsOnlyHere } from '../state/outbox.js';
import { client } from '../state/client.js';
import { html } from './html.js';

/** Says whether the page is connected: aloud to screen readers, visibly only while it is not. */
export function ConnectionStatus() {
  const status = connectionStatus.value;
  const trouble = status === 'reconnecting' ? currentRoom.value?.trouble.value : null;
  const isQuiet = status === null || status === 'connected';
  return html`<div class=${isQuiet ? 'visually-hidden' : 'connection'}>
    <span class="pulse" aria-hidden="true"></span>
    <span role="status">${status && t(`connection.${status}`)}</span>
    ${!isQuiet && unsentIsOnlyHere.value && html`<span role="alert">${t('storage.unsentNotKept')}</span>`}
    ${trouble && html`<span class="trouble" role="alert">${refusalText(trouble)}</span>`}
    ${
      status === 'reconnecting' &&
      html`<button type="button" class="quiet" onClick=${() => client.wake()}>
        ${t('connection.tryNow')}
      </button>`
    }
  </div>`;
}
