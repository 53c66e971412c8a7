// @ts-check
import { t, tParts } from '../i18n/translate.js';
import { failures } from '../state/outbox.js';
import { roomHref } from '../state/route.js';
import { sessionIsKept } from '../state/session.js';
import { html } from './html.js';

/**
 * Links to the rooms that did not take a message of the user. One of them may be gone, and in no list. Also says that
 * the browser keeps no session.
 *
 * @param {{ current: string | null }} props the room on the screen, which shows its own
 */
export function UnsentNotice({ current }) {
  const elsewhere = failures.value.filter(({ roomId }) => roomId !== current);
  return html`<div class="unsent" role="alert">
    ${elsewhere.map(
      ({ roomId, roomName, count }) =>
        html`<a key=${roomId} href=${roomHref(roomId)}>
          ${tParts('outbox.failedIn', { count, room: html`<bdi>${roomName}</bdi>` })}
        </a>`,
    )}
    ${!sessionIsKept.value && html`<p>${t('storage.sessionNotKept')}</p>`}
  </div>`;
}
