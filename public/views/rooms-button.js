// @ts-check
import { t } from '../i18n/translate.js';
import { html } from './html.js';
import { Icon } from './icons.js';

/** Brings the list of rooms, where one pane is visible at a time. */
export function RoomsButton() {
  return html`<button
    type="button"
    class="quiet round only-when-alone"
    aria-label=${t('rooms.title')}
    title=${t('rooms.title')}
    onClick=${() => (location.hash = '#/')}
  >
    <${Icon} name="back" />
  </button>`;
}
