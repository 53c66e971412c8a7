// @ts-check
/** @import { ApiToken, NewApiToken } from '../../src/protocol/bots.ts' */
/** @import { TextKey } from '../i18n/translate.js' */
import { useEffect, useRef, useState } from 'preact/hooks';
import { dayName } from '../i18n/format.js';
import { t, tParts } from '../i18n/translate.js';
import { api } from '../state/client.js';
import { copyText } from './clipboard.js';
import { Field, FormError, useForm } from './forms.js';
import { html } from './html.js';
import { Time } from './text.js';
import { Problem, useAction } from './use-action.js';

const DAY_MS = 86_400_000;

/** @type {readonly { days: number, name: TextKey }[]} how long a token is good; 0 for as long as it is not revoked */
const LIVES = [
  { days: 30, name: 'tokens.month' },
  { days: 365, name: 'tokens.year' },
  { days: 0, name: 'tokens.forever' },
];

/** The user's API tokens: make one, see it once, revoke it. */
export function ApiTokens() {
  const [tokens, setTokens] = useState(/** @type {ApiToken[] | null} */ (null));
  const [made, setMade] = useState(/** @type {NewApiToken | null} */ (null));
  const { busy, problem, run } = useAction();
  const load = () => run(async () => setTokens((await api.account.listTokens()).tokens));
  const revoke = async (/** @type {string} */ id) => {
    if (!(await run(() => api.account.revokeToken(id)))) return;
    if (made?.id === id) setMade(null);
    await load();
  };
  // Only whoever opens it needs the list.
  const open = (/** @type {{ currentTarget: HTMLDetailsElement }} */ { currentTarget }) =>
    currentTarget.open && !tokens && void load();
  return html`<details class="part" onToggle=${open}>
    <summary>${t('tokens.title')}</summary>
    <p class="hint">${t('tokens.hint')}</p>
    ${made && html`<${Shown} made=${made} />`}
    <${NewToken}
      onMade=${(/** @type {NewApiToken} */ token) => {
        setMade(token);
        void load();
      }}
    />
    ${tokens?.length === 0 && html`<p class="hint">${t('tokens.none')}</p>`}
    <ul class="sessions" aria-label=${t('tokens.title')}>
      ${tokens?.map(
        (token) =>
          html`<li key=${token.id}>
            <div>
              <p class="user-agent"><bdi>${token.name}</bdi></p>
              <p class="hint"><${Life} token=${token} /></p>
            </div>
            <button
              type="button"
              class="quiet"
              aria-label=${t('tokens.revokeNamed', { name: token.name })}
              disabled=${busy}
              onClick=${() => revoke(token.id)}
            >
              ${t('tokens.revoke')}
            </button>
          </li>`,
      )}
    </ul>
    <${Problem} text=${problem} />
  </details>`;
}

/** When a token was used, and when it ends. @param {{ token: ApiToken }} props */
function Life({ token: { lastUsedAt, expiresAt } }) {
  const used = lastUsedAt
    ? tParts('profile.lastUsed', {
        day: dayName(lastUsedAt),
        time: html`<${Time} at=${lastUsedAt} />`,
      })
    : t('tokens.unused');
  if (!expiresAt) return html`${used}`;
  const key = Date.parse(expiresAt) > Date.now() ? 'tokens.until' : 'tokens.expired';
  return html`${used} · ${t(key, { day: dayName(expiresAt) })}`;
}

/** @param {{ onMade: (token: NewApiToken) => void }} props */
function NewToken({ onMade }) {
  const { form, busy, errors, onSubmit } = useForm(async (text) => {
    const days = Number(text('days'));
    const expiresAt = days > 0 ? new Date(Date.now() + days * DAY_MS).toISOString() : undefined;
    onMade(await api.account.createToken({ name: text('tokenName'), expiresAt }));
    form.current?.reset();
  });
  return html`<form ref=${form} onSubmit=${onSubmit}>
    <${Field}
      label=${t('tokens.name')}
      name="tokenName"
      maxlength="100"
      required
      autocomplete="off"
      placeholder=${t('tokens.example')}
      errors=${errors}
    />
    <div class="field">
      <label for="token-life">${t('tokens.life')}</label>
      <select id="token-life" name="days">
        ${LIVES.map(({ days, name }) => html`<option key=${days} value=${days}>${t(name)}</option>`)}
      </select>
    </div>
    <${FormError} errors=${errors} />
    <button class="primary" disabled=${busy}>${t('tokens.make')}</button>
  </form>`;
}

/** A new token, which nobody sees again. @param {{ made: NewApiToken }} props */
function Shown({ made }) {
  const shown = useRef(/** @type {HTMLElement | null} */ (null));
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    setCopied(false);
    box.current?.focus();
  }, [made.id]);
  return html`<div class="new-token" ref=${box} tabindex="-1" role="group" aria-label=${made.name}>
    <p class="hint">${t('tokens.shownOnce')}</p>
    <code ref=${shown} dir="ltr">${made.token}</code>
    <button
      type="button"
      class="secondary"
      onClick=${async () => setCopied(await copyText(made.token, shown.current))}
    >
      ${t('tokens.copy')}
    </button>
    <span aria-live="polite">${copied && t('tokens.copied')}</span>
  </div>`;
}
