// @ts-check
/** @import { TextKey } from '../../i18n/translate.js' */
import { useState } from 'preact/hooks';
import { t } from '../../i18n/translate.js';
import { Dialog } from '../dialog.js';
import { html } from '../html.js';
import { Invites } from '../invites.js';
import { AuditLog } from './audit-log.js';
import { Bots } from './bots.js';
import { Hooks } from './hooks.js';
import { Numbers } from './numbers.js';
import { People } from './people.js';
import { RoomInvites } from './room-invites.js';
import { Rooms } from './rooms.js';

/** @typedef {'people' | 'rooms' | 'numbers' | 'audit' | 'bots' | 'hooks' | 'invites'} Part */

/** @type {{ id: Part, name: TextKey }[]} */
const PARTS = [
  { id: 'people', name: 'people.title' },
  { id: 'rooms', name: 'admin.rooms' },
  { id: 'numbers', name: 'admin.numbers' },
  { id: 'audit', name: 'admin.audit' },
  { id: 'bots', name: 'admin.bots' },
  { id: 'hooks', name: 'admin.hooks' },
  { id: 'invites', name: 'admin.invites' },
];

/** What admins see and do, about the whole server. @param {{ onClose: () => void }} props */
export function Administration({ onClose }) {
  const [part, setPart] = useState(/** @type {Part} */ ('people'));
  return html`<${Dialog} title=${t('admin.title')} onClose=${onClose}>
    <div class="admin">
      <div class="tabs" role="tablist" aria-label=${t('admin.title')} onKeyDown=${switchByKey}>
        ${PARTS.map(
          ({ id, name }) =>
            html`<button
              key=${id}
              type="button"
              role="tab"
              id=${`admin-${id}`}
              aria-selected=${id === part}
              aria-controls="admin-panel"
              tabindex=${id === part ? 0 : -1}
              onClick=${() => setPart(id)}
            >
              ${t(name)}
            </button>`,
        )}
      </div>
      <div role="tabpanel" id="admin-panel" aria-labelledby=${`admin-${part}`}>
        ${part === 'people' && html`<${People} />`} ${part === 'rooms' && html`<${Rooms} />`}
        ${part === 'numbers' && html`<${Numbers} />`} ${part === 'audit' && html`<${AuditLog} />`}
        ${part === 'bots' && html`<${Bots} />`} ${part === 'hooks' && html`<${Hooks} />`}
        ${part === 'invites' && html`<${Invites} room=${null} /><${RoomInvites} />`}
      </div>
    </div>
  <//>`;
}

/** @type {Record<string, (at: number, count: number) => number>} to which tab a key leads */
const STEPS = {
  ArrowLeft: (at, count) => (at + count - 1) % count,
  ArrowRight: (at, count) => (at + 1) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
};

/** @param {KeyboardEvent} event */
function switchByKey(event) {
  const step = STEPS[event.key];
  if (!step) return;
  event.preventDefault();
  const list = /** @type {HTMLElement} */ (event.currentTarget);
  const tabs = [...list.querySelectorAll('button')];
  const at = tabs.findIndex((tab) => tab.ariaSelected === 'true');
  const next = tabs[step(at, tabs.length)];
  next?.click();
  next?.focus();
}
