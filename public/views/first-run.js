// @ts-check
import { t, tParts } from '../i18n/translate.js';
import { endFirstRun, isFirstRun } from '../state/first-run.js';
import { me } from '../state/session.js';
import { html } from './html.js';
import { Icon } from './icons.js';

/** How to begin, for somebody new. */
export function FirstRun() {
  const user = me.value;
  if (!isFirstRun.value || !user) return null;
  return html`<section class="first-run" aria-labelledby="first-run-title">
    <h2 id="first-run-title">${tParts('hint.welcome', { name: html`<bdi>${user.name}</bdi>` })}</h2>
    <ul>
      ${
        user.isAdmin &&
        html`<li>
          <${Icon} name="gear" />
          <span
            >${tParts('hint.admin', { address: html`<bdi class="address">${location.host}</bdi>` })}</span
          >
        </li>`
      }
      <li><${Icon} name="plus" /> <span>${t('hint.rooms')}</span></li>
      <li><${Icon} name="send" /> <span>${t('hint.write')}</span></li>
      <li class="with-keyboard"><${Icon} name="keyboard" /> <span>${t('hint.keys')}</span></li>
    </ul>
    <button type="button" class="primary" onClick=${endFirstRun}>${t('hint.done')}</button>
  </section>`;
}
