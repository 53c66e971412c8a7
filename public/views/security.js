// @ts-check
/** @import { SessionInfo } from '../../src/protocol/resources.ts' */
import { useEffect, useState } from 'preact/hooks';
import { alertsOn, canAlert, setAlerts } from '../state/alerts.js';
import { api, client } from '../state/session.js';
import { Problem, useAction } from './use-action.js';
import { Field, FormError, useForm } from './forms.js';
import { html } from './html.js';
import { dayName, Time } from './text.js';

/** Turns the browser's notifications on and off. */
export function Alerts() {
  if (!canAlert) return null;
  const isDenied = Notification.permission === 'denied';
  return html`<section class="part">
    <label class="switch">
      <input
        type="checkbox"
        checked=${alertsOn.value}
        disabled=${isDenied}
        onChange=${(/** @type {{ currentTarget: HTMLInputElement }} */ { currentTarget }) => void setAlerts(currentTarget.checked)}
      />
      <span>Notify me of mentions and direct messages while this page is hidden</span>
    </label>
    ${isDenied && html`<p class="hint">Notifications are blocked for this site in your browser’s settings.</p>`}
  </section>`;
}

export function PasswordForm() {
  const [isDone, setDone] = useState(false);
  const { form, busy, errors, onSubmit } = useForm(async (text) => {
    setDone(false);
    await client.updateMe({
      currentPassword: text('currentPassword'),
      password: text('password'),
    });
    form.current?.reset();
    setDone(true);
  });
  return html`<details class="part">
    <summary>Change the password</summary>
    <form ref=${form} onSubmit=${onSubmit}>
      <${Field}
        label="Current password"
        name="currentPassword"
        type="password"
        required
        autocomplete="current-password"
        errors=${errors}
      />
      <${Field}
        label="New password"
        name="password"
        type="password"
        required
        minlength="8"
        autocomplete="new-password"
        hint="At least 8 characters. You are signed out everywhere else."
        errors=${errors}
      />
      <${FormError} errors=${errors} />
      <button class="primary" disabled=${busy}>Change it</button>
      <p role="status">${isDone && 'The password is changed.'}</p>
    </form>
  </details>`;
}

/** The user's sessions. */
export function Sessions() {
  const [sessions, setSessions] = useState(/** @type {SessionInfo[]} */ ([]));
  const { busy, problem, run } = useAction();
  const load = () => run(async () => setSessions((await api.listSessions()).sessions));
  useEffect(() => void load(), []);
  const end = async (/** @type {string} */ id) => {
    if (await run(() => api.endSession(id))) await load();
  };
  return html`<details class="part">
    <summary>Where you are signed in</summary>
    <ul class="sessions">
      ${sessions.map(
        ({ id, userAgent, lastUsedAt, current }) =>
          html`<li key=${id}>
            <div>
              <p class="user-agent">${userAgent || 'Unknown device'}</p>
              <p class="hint">
                ${current ? 'This device' : html`${`Last used: ${dayName(lastUsedAt)}, `}<${Time} at=${lastUsedAt} />`}
              </p>
            </div>
            ${!current && html`<button type="button" class="quiet" disabled=${busy} onClick=${() => end(id)}>End</button>`}
          </li>`,
      )}
    </ul>
    <${Problem} text=${problem} />
  </details>`;
}
