// @ts-check
import { useState } from 'preact/hooks';
import { t } from '../i18n/translate.js';
import { me } from '../state/session.js';
import { Avatar } from './avatar.js';
import { html } from './html.js';
import { ProfileDialog } from './lazy-views.js';
import { SignOutButton } from './sign-out.js';

/** Below the rooms: the signed-in user, with links to their profile and out. */
export function Account() {
  const [open, setOpen] = useState(false);
  const user = me.value;
  if (!user) return null;
  return html`<footer class="account">
    <button
      type="button"
      class="quiet"
      aria-label=${t('rooms.profile', { name: user.name })}
      onClick=${() => setOpen(true)}
    >
      <${Avatar} user=${user} /> <bdi>${user.name}</bdi>
    </button>
    <${SignOutButton} />
    ${open && html`<${ProfileDialog} user=${user} onClose=${() => setOpen(false)} />`}
  </footer>`;
}
