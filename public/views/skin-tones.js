// @ts-check
/** @import { TextKey } from '../i18n/translate.js' */
import { t } from '../i18n/translate.js';
import { TONES } from '../state/emoji.js';
import { chooseTone, skinTone } from '../state/emoji-choice.js';
import { html } from './html.js';

/** @type {TextKey[]} */
const NAMES = [
  'emoji.toneNone',
  'emoji.tone1',
  'emoji.tone2',
  'emoji.tone3',
  'emoji.tone4',
  'emoji.tone5',
];

/** The choice of a skin tone, which this device remembers. */
export function SkinTones() {
  return html`<select
    class="skin-tones"
    aria-label=${t('emoji.tone')}
    title=${t('emoji.tone')}
    onChange=${(/** @type {Event} */ { target }) =>
      chooseTone(Number(/** @type {HTMLSelectElement} */ (target).value))}
  >
    ${TONES.map(
      (tone, index) =>
        html`<option key=${index} value=${index} selected=${index === skinTone()}>
          ${`✋${tone} ${t(NAMES[index])}`}
        </option>`,
    )}
  </select>`;
}
