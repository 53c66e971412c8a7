// @ts-check
import { useRef, useState } from 'preact/hooks';
import { t } from '../i18n/translate.js';
import { copyText } from './clipboard.js';
import { html } from './html.js';

/**
 * A secret that is not shown again, to be copied.
 *
 * @param {{ text: string, value: string }} props `text` says what it is
 */
export function ShownOnce({ text, value }) {
  const shown = useRef(/** @type {HTMLElement | null} */ (null));
  const [copied, setCopied] = useState('');
  const copy = async () => setCopied((await copyText(value, shown.current)) ? value : '');
  return html`<div class="shown-once" role="status">
    <p>${text}</p>
    <p><code ref=${shown}>${value}</code></p>
    <button type="button" class="quiet" onClick=${copy}>
      ${copied === value ? t('hooks.copied') : t('hooks.copy')}
    </button>
  </div>`;
}
