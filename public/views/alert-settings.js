// @ts-check
/** @import { TextKey } from '../i18n/translate.js' */
import { t } from '../i18n/translate.js';
import { alertsOn, canAlert, setAlerts } from '../state/alerts.js';
import { install, installPrompt, needsInstall } from '../state/install.js';
import { pushState } from '../state/push.js';
import { setSound, soundOn } from '../state/tone.js';
import { html } from './html.js';

/** Notifications and their sound on this device, and the offer to install the page. */
export function AlertSettings() {
  return html`<section class="part">
    ${canAlert && html`<${Switch} label=${t('profile.alerts')} on=${alertsOn.value} disabled=${isDenied()} set=${setAlerts} />`}
    <p class="hint" aria-live="polite">${t(hint())}</p>
    <${Switch} label=${t('alerts.sound')} on=${soundOn.value} set=${setSound} />
    ${
      installPrompt.value &&
      html`<div class="install">
        <button type="button" class="quiet" onClick=${() => void install()}>
          ${t('alerts.install')}
        </button>
        <p class="hint">${t('alerts.installHint')}</p>
      </div>`
    }
  </section>`;
}

const isDenied = () => Notification.permission === 'denied';

/** What the user should know about notifications on this device. @returns {TextKey} */
function hint() {
  if (!canAlert && needsInstall) return 'alerts.needsInstall';
  if (!canAlert) return isSecureContext ? 'alerts.unsupported' : 'alerts.insecure';
  if (isDenied()) return 'profile.alertsDenied';
  if (!alertsOn.value) return 'alerts.off';
  return PUSH_HINTS[pushState.value];
}

/** @type {Record<typeof pushState.value, TextKey>} */
const PUSH_HINTS = {
  on: 'alerts.pushed',
  off: 'alerts.whileOpen',
  none: 'alerts.whileOpen',
  failed: 'alerts.pushFailed',
};

/**
 * @param {{ label: string, on: boolean, disabled?: boolean, describedBy?: string, set: (on: boolean) => unknown }} props
 */
export function Switch({ label, on, disabled, describedBy, set }) {
  return html`<label class="switch">
    <input
      type="checkbox"
      checked=${on}
      disabled=${disabled}
      aria-describedby=${describedBy}
      onChange=${(/** @type {{ currentTarget: HTMLInputElement }} */ { currentTarget }) => void set(currentTarget.checked)}
    />
    <span>${label}</span>
  </label>`;
}
