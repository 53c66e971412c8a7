// @ts-check
/** @import { OpenRoom } from '../state/open-room.js' */
import { useRef, useState } from 'preact/hooks';
import { t } from '../i18n/translate.js';
import { Dialog } from './dialog.js';
import { html } from './html.js';
import { Problem, useAction } from './use-action.js';

/**
 * Asks for a day, and goes to its first message.
 *
 * @param {{ openRoom: OpenRoom, onClose: () => void, onGone?: () => void }} props `onGone` is called once it is there
 */
export function DateDialog({ openRoom, onClose, onGone }) {
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  const { busy, problem, run } = useAction();
  const [isMissing, setMissing] = useState(false);
  const shown = openRoom.history.reader.day.value;
  const { createdAt } = openRoom.room.value ?? {};
  /** @param {Event} event */
  async function go(event) {
    event.preventDefault();
    // A date without a zone, with a time, is one of the reader's own zone.
    const midnight = Date.parse(`${field.current?.value}T00:00`);
    setMissing(Number.isNaN(midnight));
    if (Number.isNaN(midnight)) return;
    if (!(await run(() => openRoom.history.goToTime(midnight)))) return;
    onClose();
    onGone?.();
  }
  return html`<${Dialog} title=${t('jump.toDate')} onClose=${onClose}>
    <form class="date-form" novalidate onSubmit=${go}>
      <label for="date-field">${t('jump.date')}</label>
      <input
        ref=${field}
        id="date-field"
        type="date"
        required
        min=${createdAt && dateOf(createdAt)}
        max=${dateOf(new Date())}
        value=${dateOf(shown ?? new Date())}
      />
      <p class="hint">${t('jump.dateHint')}</p>
      <${Problem} text=${isMissing ? t('form.required') : problem} />
      <div class="choices">
        <button class="primary" disabled=${busy}>${t('jump.go')}</button>
      </div>
    </form>
  <//>`;
}

/**
 * Returns a day in the reader's own zone, as a date field has it.
 *
 * @param {string | Date} time
 */
function dateOf(time) {
  const date = new Date(time);
  const twoDigits = (/** @type {number} */ number) => String(number).padStart(2, '0');
  return `${date.getFullYear()}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`;
}
