// @ts-check
import { t } from '../i18n/translate.js';
import { api, client } from '../state/client.js';
import { Field, FormError, useForm } from './forms.js';
import { html } from './html.js';

/** The way out for good, behind a warning and the password. */
export function DeleteAccount() {
  const { form, busy, errors, onSubmit } = useForm(
    async (text) => {
      await api.account.deleteMe(text('deletePassword'));
      client.endSession(null);
    },
    { last_owner: 'delete.lastOwner', forbidden: 'delete.refused' },
  );
  return html`<details class="part">
    <summary>${t('delete.title')}</summary>
    <p>${t('delete.warning')}</p>
    <form ref=${form} onSubmit=${onSubmit}>
      <${Field}
        label=${t('profile.currentPassword')}
        name="deletePassword"
        type="password"
        required
        autocomplete="current-password"
        errors=${errors}
      />
      <${FormError} errors=${errors} />
      <button class="primary danger" disabled=${busy}>${t('delete.confirm')}</button>
    </form>
  </details>`;
}
