// @ts-check
/** @import { SignInMethods } from '../client/sign-in-calls.js' */
/** @import { TextKey } from '../i18n/translate.js' */
import { useEffect, useState } from 'preact/hooks';
import { OPEN_ID_PATH } from '../client/sign-in-calls.js';
import { t } from '../i18n/translate.js';
import { adoptOutsideSession, api } from '../state/client.js';
import { keepPlace, signInResult } from '../state/session.js';
import { Field, FormError, useForm } from './forms.js';
import { html } from './html.js';

/** @type {Record<string, TextKey>} what to say about a sign-in elsewhere, by how it went */
const RESULTS = {
  cancelled: 'outside.cancelled',
  expired: 'outside.expired',
  unavailable: 'outside.unavailable',
  disabled: 'signIn.disabled',
};

/** Says how a sign-in elsewhere went. One that went well is finished here. */
export function OutsideResult() {
  const result = signInResult.value;
  useEffect(() => {
    if (result === 'done') void adoptOutsideSession();
  }, [result]);
  if (result === null || result === 'done') return null;
  return html`<p class="notice" role="alert">${t(RESULTS[result] ?? 'outside.failed')}</p>`;
}

/** The ways to sign in besides a password, once the server has named them. */
export function OtherWays() {
  const [ways, setWays] = useState(/** @type {SignInMethods | null} */ (null));
  const [isForgotten, setForgotten] = useState(false);
  useEffect(() => {
    // Without them, the form is all there is.
    api.signIn.methods().then(setWays, () => {});
  }, []);
  if (!ways) return null;
  return html`
    ${ways.openId && html`<a class="quiet" href=${OPEN_ID_PATH} onClick=${keepPlace}>${t('outside.signIn', { provider: ways.openId })}</a>`}
    ${
      ways.mail &&
      (isForgotten
        ? html`<${ForgotForm} />`
        : html`<button type="button" class="quiet" onClick=${() => setForgotten(true)}>
            ${t('forgot.question')}
          </button>`)
    }
  `;
}

function ForgotForm() {
  const [isSent, setSent] = useState(false);
  const { form, busy, errors, onSubmit } = useForm(async (text) => {
    await api.signIn.forgotPassword({ email: text('forgotten') });
    setSent(true);
  });
  useEffect(() => form.current?.querySelector('input')?.focus(), [form]);
  if (isSent) return html`<p class="notice" role="status">${t('forgot.sent')}</p>`;
  return html`<form ref=${form} onSubmit=${onSubmit} aria-label=${t('forgot.question')}>
    <${Field}
      label=${t('forgot.email')}
      name="forgotten"
      type="email"
      autocomplete="email"
      required
      errors=${errors}
    />
    <${FormError} errors=${errors} />
    <button class="primary" disabled=${busy}>${t('forgot.send')}</button>
  </form>`;
}
