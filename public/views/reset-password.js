// @ts-check
import { t } from '../i18n/translate.js';
import { resetPassword } from '../state/client.js';
import { forgetResetToken } from '../state/session.js';
import { Field, FormError, useForm } from './forms.js';
import { html } from './html.js';
import { useFirstFieldFocus, Welcome } from './sign-in.js';

/** What a link that sets a new password opens. */
export function ResetPassword() {
  const { form, busy, errors, onSubmit } = useForm(
    async (text) => resetPassword(text('password')),
    {
      token_invalid: 'reset.invalid',
      forbidden: 'signIn.disabled',
    },
  );
  useFirstFieldFocus(form);
  return html`<${Welcome}>
    <div class="notice">
      <h2 id="reset-title">${t('reset.title')}</h2>
      <p>${t('reset.explained')}</p>
      <button type="button" class="quiet" onClick=${forgetResetToken}>${t('reset.without')}</button>
    </div>
    <form ref=${form} onSubmit=${onSubmit} aria-labelledby="reset-title">
      <${Field}
        label=${t('profile.newPassword')}
        name="password"
        type="password"
        autocomplete="new-password"
        minlength="8"
        required
        hint=${t('signIn.passwordHint')}
        errors=${errors}
      />
      <${FormError} errors=${errors} />
      <button class="primary" disabled=${busy}>${t('reset.setIt')}</button>
    </form>
  <//>`;
}
