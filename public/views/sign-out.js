// @ts-check
import { useState } from 'preact/hooks';
import { t } from '../i18n/translate.js';
import { unsentCount } from '../state/outbox.js';
import { signOutForGood } from '../state/sign-out.js';
import { Dialog } from './dialog.js';
import { html } from './html.js';
import { Icon } from './icons.js';

/** Signs out; asks first where messages would be lost. */
export function SignOutButton() {
  const [isAsking, setAsking] = useState(false);
  const count = unsentCount.value;
  return html`<button
      type="button"
      class="quiet round"
      aria-label=${t('rooms.signOut')}
      title=${t('rooms.signOut')}
      onClick=${() => (count > 0 ? setAsking(true) : signOutForGood())}
    >
      <${Icon} name="signOut" />
    </button>
    ${
      isAsking &&
      html`<${Dialog} title=${t('rooms.signOut')} onClose=${() => setAsking(false)}>
        <p>${t('outbox.wouldBeLost', { count })}</p>
        <div class="choices">
          <button type="button" class="quiet" onClick=${() => setAsking(false)}>
            ${t('outbox.staySignedIn')}
          </button>
          <button type="button" class="danger" onClick=${signOutForGood}>
            ${t('outbox.signOutAnyway')}
          </button>
        </div>
      <//>`
    }`;
}
