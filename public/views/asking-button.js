// @ts-check
import { useState } from 'preact/hooks';
import { t } from '../i18n/translate.js';
import { Dialog } from './dialog.js';
import { html } from './html.js';

/**
 * A button for what cannot be undone: it asks first.
 *
 * @param {{
 *   name: string,
 *   question: string,
 *   onConfirm: () => unknown,
 *   label?: string | undefined,
 *   isQuiet?: boolean,
 *   disabled?: boolean,
 * }} props `label` tells it from others of its name; `isQuiet` where it stands in a list of many
 */
export function AskingButton({
  name,
  question,
  onConfirm,
  label,
  isQuiet = false,
  disabled = false,
}) {
  const [isAsking, setAsking] = useState(false);
  const stop = () => setAsking(false);
  function confirm() {
    stop();
    onConfirm();
  }
  return html`<button
      type="button"
      class=${isQuiet ? 'quiet' : 'danger'}
      aria-label=${label}
      disabled=${disabled}
      onClick=${() => setAsking(true)}
    >
      ${name}
    </button>
    ${
      isAsking &&
      html`<${Dialog} title=${label ?? name} onClose=${stop}>
        <p>${question}</p>
        <div class="choices">
          <button type="button" class="quiet" onClick=${stop}>${t('common.cancel')}</button>
          <button type="button" class="danger" onClick=${confirm}>${name}</button>
        </div>
      <//>`
    }`;
}
