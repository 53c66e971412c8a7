// @ts-check
import { useState } from 'preact/hooks';
import { t } from '../i18n/translate.js';
import { me } from '../state/session.js';
import { Avatar } from './avatar.js';
import { html } from './html.js';
import { Administration, ProfileDialog } from './lazy-views.js';
import { SignOutButton } from './sign-out.js';

/** Below the rooms: the signed-in user, with links to their profile and out. */
export function Account() {
  const [open, setOpen] = useState(/** @type {'profile' | 'administration' | null} */ (null));
  const close = () => setOpen(null);
  const user = me.value;
  if (!user) return null;
  return html`<footer class="account">
    <button
      type="button"
      class="quiet"
      aria-label=${t('rooms.profile', { name: user.name })}
      onClick=${() => setOpen('profile')}
    >
      <${Avatar} user=${user} /> <bdi>${user.name}</bdi>
    </button>
    <${SignOutButton} />
    ${open === 'profile' && html`<${ProfileDialog} user=${user} onAdminister=${() => setOpen('administration')} onClose=${close} />`}
    ${open === 'administration' && user.isAdmin && html`<${Administration} onClose=${close} />`}
  </footer>`;
}
