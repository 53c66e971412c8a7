// @ts-check
/** @import { NotifyLevel, Room } from '../../src/protocol/resources.ts' */
/** @import { TextKey } from '../i18n/translate.js' */
import { useState } from 'preact/hooks';
import { t } from '../i18n/translate.js';
import { alertsOn, canAlert } from '../state/alerts.js';
import { setNotifyLevel } from '../state/notify-levels.js';
import { Dialog } from './dialog.js';
import { html } from './html.js';
import { Icon } from './icons.js';
import { Problem, useAction } from './use-action.js';

/** @type {[NotifyLevel, TextKey, TextKey][]} each level with its name and what it means */
const LEVELS = [
  ['all', 'notify.all', 'notify.allHint'],
  ['mentions', 'notify.mentions', 'notify.mentionsHint'],
  ['none', 'notify.none', 'notify.noneHint'],
];

/** A bell that opens the choice of which messages of a room notify the user. @param {{ room: Room }} props */
export function NotifyLevelButton({ room }) {
  const [isOpen, setOpen] = useState(false);
  const [, name] = LEVELS.find(([level]) => level === room.notify) ?? LEVELS[0];
  const label = t('notify.button', { level: t(name) });
  return html`<button
      type="button"
      class="quiet round"
      aria-label=${label}
      aria-haspopup="dialog"
      title=${label}
      onClick=${() => setOpen(true)}
    >
      <${Icon} name=${room.notify === 'none' ? 'bellOff' : 'bell'} />
    </button>
    ${isOpen && html`<${NotifyLevelDialog} room=${room} onClose=${() => setOpen(false)} />`}`;
}

/** @param {{ room: Room, onClose: () => void }} props */
function NotifyLevelDialog({ room, onClose }) {
  const { problem, run } = useAction();
  // The choice shows at once; the server's answer confirms it, or takes it back.
  const [chosen, setChosen] = useState(room.notify);
  /** @param {NotifyLevel} level */
  async function choose(level) {
    setChosen(level);
    if (!(await run(() => setNotifyLevel(room.id, level)))) setChosen(room.notify);
  }
  return html`<${Dialog} title=${t('notify.title')} onClose=${onClose}>
    <fieldset class="choice">
      <legend class="visually-hidden">${t('notify.title')}</legend>
      ${LEVELS.map(
        ([level, name, hint]) =>
          html`<label key=${level}>
            <input
              type="radio"
              name="level"
              aria-label=${t(name)}
              value=${level}
              checked=${level === chosen}
              aria-describedby=${`level-${level}`}
              onChange=${() => void choose(level)}
            />
            <span>
              ${t(name)}
              <span class="hint" id=${`level-${level}`}>${t(hint)}</span>
            </span>
          </label>`,
      )}
    </fieldset>
    ${canAlert && !alertsOn.value && html`<p class="hint">${t('notify.offHere')}</p>`}
    <${Problem} text=${problem} />
  <//>`;
}
