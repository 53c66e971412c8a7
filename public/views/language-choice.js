// @ts-check
/** @import { Language } from '../i18n/languages.js' */
import { useState } from 'preact/hooks';
import { LANGUAGES } from '../i18n/languages.js';
import { chooseLanguage, language, t } from '../i18n/translate.js';
import { FormError } from './forms.js';
import { html } from './html.js';

/** Lets the user choose the language of the page. */
export function LanguageChoice() {
  const [failed, setFailed] = useState(false);
  /** @param {{ currentTarget: HTMLSelectElement }} event */
  async function choose({ currentTarget }) {
    setFailed(false);
    try {
      await chooseLanguage(/** @type {Language} */ (currentTarget.value));
    } catch {
      // The network is away: the page stays in its language.
      currentTarget.value = language.peek();
      setFailed(true);
    }
  }
  return html`<div class="field language-choice">
    <label for="language">${t('language.label')}</label>
    <select id="language" onChange=${choose}>
      ${Object.entries(LANGUAGES).map(
        ([code, name]) =>
          html`<option key=${code} value=${code} lang=${code} selected=${code === language.value}>
            ${name}
          </option>`,
      )}
    </select>
    <${FormError} errors=${{ '': failed ? t('language.failed') : '' }} />
  </div>`;
}
