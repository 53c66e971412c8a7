// @ts-check
/** @import { Attachment } from '../../state/attachments/attachment.js' */
import { useId, useState } from 'preact/hooks';
import { shortName } from '../../i18n/file-texts.js';
import { t } from '../../i18n/translate.js';
import { isVisible } from '../../shared/visible.js';
import { Dialog } from '../dialog.js';
import { html } from '../html.js';

/** In code points. */
const LONGEST = 500;

/**
 * Asks what a picture shows.
 *
 * @param {{ attachment: Attachment, onClose: () => void }} props
 */
export function DescriptionDialog({ attachment, onClose }) {
  const { preview, alt } = attachment;
  const name = shortName(attachment.name);
  const [text, setText] = useState(alt.peek());
  const [fieldId, hintId, leftId] = [useId(), useId(), useId()];
  const left = LONGEST - [...text.trim()].length;

  /** @param {Event} event */
  function save(event) {
    event.preventDefault();
    if (left < 0) return;
    alt.value = isVisible(text) ? text.trim() : '';
    onClose();
  }

  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) save(event);
  }

  return html`<${Dialog} title=${t('attachments.describeNamed', { name })} onClose=${onClose}>
    ${preview && html`<img class="described" src=${preview} alt="" />`}
    <form onSubmit=${save}>
      <div class="field">
        <label for=${fieldId}>${t('attachments.description')}</label>
        <p class="hint" id=${hintId}>${t('attachments.descriptionHint')}</p>
        <textarea
          id=${fieldId}
          rows="3"
          dir="auto"
          value=${text}
          autofocus
          aria-describedby=${`${hintId} ${leftId}`}
          aria-invalid=${left < 0 ? 'true' : undefined}
          onInput=${(/** @type {InputEvent & { currentTarget: HTMLTextAreaElement }} */ { currentTarget }) => setText(currentTarget.value)}
          onKeyDown=${onKeyDown}
        ></textarea>
        <span id=${leftId} class="hint" aria-live="polite">
          ${left < 50 && (left < 0 ? t('composer.tooMany', { count: -left }) : t('composer.left', { count: left }))}
        </span>
      </div>
      <button class="primary" disabled=${left < 0}>${t('common.save')}</button>
    </form>
  <//>`;
}
