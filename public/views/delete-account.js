// @ts-check
/** @import { Me } from '../../src/protocol/resources.ts' */
import { t } from '../i18n/translate.js';
import { api, client } from '../state/client.js';
import { Field, FormError, useForm } from './forms.js';
import { html } from './html.js';
import { lacksPassword } from './security.js';

/**
 * The way out for good, behind a warning and the password; without one, behind a sign-in that was just now.
 *
 * @param {{ user: Me }} props
 */
export function DeleteAccount({ user }) {
  const hasPassword = !lacksPassword(user);
  const { form, busy, errors, onSubmit } = useForm(
    async (text) => {
      await api.account.deleteMe(hasPassword ? text('deletePassword') : undefined);
      client.endSession(null);
    },
    {
      last_owner: 'delete.lastOwner',
      forbidden: hasPassword ? 'delete.refused' : 'delete.refusedWithout',
    },
  );
  return html`<details class="part">
    <summary>${t('delete.title')}</summary>
    <p>${t('delete.warning')}</p>
    <form ref=${form} onSubmit=${onSubmit}>
      ${
        hasPassword &&
        html`<${Field}
          label=${t('profile.currentPassword')}
          name="deletePassword"
          type="password"
          required
          autocomplete="current-password"
          errors=${errors}
        />`
      }
      <${FormError} errors=${errors} />
      <button class="primary danger" disabled=${busy}>${t('delete.confirm')}</button>
    </form>
  </details>`;
}
