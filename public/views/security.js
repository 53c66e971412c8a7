// @ts-check
/** @import { Me, SessionInfo } from '../../src/protocol/resources.ts' */
import { useEffect, useState } from 'preact/hooks';
import { dayName } from '../i18n/format.js';
import { t, tParts } from '../i18n/translate.js';
import { api, client } from '../state/client.js';
import { Problem, useAction } from './use-action.js';
import { Field, FormError, useForm } from './forms.js';
import { html } from './html.js';
import { Time } from './text.js';

/** Whether somebody else signs an account in. Sessions that were kept from before do not say. @param {Me} user */
export const lacksPassword = (user) => 'hasPassword' in user && !user.hasPassword;

/**
 * Changes the password. An account without one may get its first soon after a sign-in, if it has an email to use it with.
 *
 * @param {{ user: Me }} props
 */
export function PasswordForm({ user }) {
  const isFirst = lacksPassword(user);
  const [isDone, setDone] = useState(false);
  const { form, busy, errors, onSubmit } = useForm(
    async (text) => {
      setDone(false);
      await client.updateMe({
        ...(!isFirst && { currentPassword: text('currentPassword') }),
        password: text('password'),
      });
      form.current?.reset();
      setDone(true);
    },
    { forbidden: isFirst ? 'profile.signInAgain' : 'profile.wrongPassword' },
  );
  if (isFirst && user.email === null) return null;
  return html`<details class="part">
    <summary>${t(isFirst ? 'profile.setPassword' : 'profile.changePassword')}</summary>
    <form ref=${form} onSubmit=${onSubmit}>
      ${
        isFirst
          ? html`<p class="hint">${t('profile.noPassword')}</p>`
          : html`<${Field}
              label=${t('profile.currentPassword')}
              name="currentPassword"
              type="password"
              required
              autocomplete="current-password"
              errors=${errors}
            />`
      }
      <${Field}
        label=${t('profile.newPassword')}
        name="password"
        type="password"
        required
        minlength="8"
        autocomplete="new-password"
        hint=${t('profile.newPasswordHint')}
        errors=${errors}
      />
      <${FormError} errors=${errors} />
      <button class="primary" disabled=${busy}>
        ${t(isFirst ? 'profile.setIt' : 'profile.changeIt')}
      </button>
      <p aria-live="polite">${isDone && t('profile.passwordChanged')}</p>
    </form>
  </details>`;
}

/** The user's sessions. */
export function Sessions() {
  const [sessions, setSessions] = useState(/** @type {SessionInfo[]} */ ([]));
  const { busy, problem, run } = useAction();
  const load = () => run(async () => setSessions((await api.account.listSessions()).sessions));
  useEffect(() => void load(), []);
  const end = async (/** @type {string} */ id) => {
    if (await run(() => api.account.endSession(id))) await load();
  };
  return html`<details class="part">
    <summary>${t('profile.sessions')}</summary>
    <ul class="sessions">
      ${sessions.map(
        ({ id, userAgent, lastUsedAt, current }) =>
          html`<li key=${id}>
            <div>
              <p class="user-agent">${userAgent || t('profile.unknownDevice')}</p>
              <p class="hint">
                ${current ? t('profile.thisDevice') : tParts('profile.lastUsed', { day: dayName(lastUsedAt), time: html`<${Time} at=${lastUsedAt} />` })}
              </p>
            </div>
            ${!current && html`<button type="button" class="quiet" disabled=${busy} onClick=${() => end(id)}>${t('profile.endSession')}</button>`}
          </li>`,
      )}
    </ul>
    <${Problem} text=${problem} />
  </details>`;
}
