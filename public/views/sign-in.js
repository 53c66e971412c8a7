// @ts-check
/** @import { TextKey } from '../i18n/translate.js' */
import { useEffect, useState } from 'preact/hooks';
import { ApiError } from '../client/api-error.js';
import { t, tParts } from '../i18n/translate.js';
import { ending, forgetSetupCode, me, setupCode, signInResult } from '../state/session.js';
import { Field, FormError, useForm } from './forms.js';
import { html } from './html.js';
import { LanguageChoice } from './language-choice.js';
import { lazy } from './lazy.js';
import { Logo } from './logo.js';

/** @typedef {'sign-in' | 'create'} Mode */

/** @type {Record<string, TextKey>} what to say about a session that ended, by the code that ended it */
const ENDINGS = { token_expired: 'signIn.expired', session_revoked: 'signIn.revoked' };

const OtherWays = lazy(async () => (await import('./other-ways.js')).OtherWays);
const OutsideResult = lazy(async () => (await import('./other-ways.js')).OutsideResult);

/** @param {{ notice?: unknown, first?: Mode }} props `notice` stands above the forms, of which `first` is shown first */
export function SignIn({ notice = null, first = 'sign-in' }) {
  const isSetup = setupCode.value !== null;
  const [mode, setMode] = useState(isSetup ? 'create' : first);
  return html`<${Welcome}>
    ${notice}
    ${ending.value && html`<p class="notice" role="status">${t(ENDINGS[ending.value] ?? 'signIn.invalid')}</p>`}
    ${signInResult.value !== null && html`<${OutsideResult} />`}
    ${isSetup ? html`<${SetupNotice} />` : html`<${Tabs} mode=${mode} onSelect=${setMode} />`}
    <div
      role=${isSetup ? undefined : 'tabpanel'}
      id="account-panel"
      aria-labelledby=${isSetup ? 'setup-title' : `tab-${mode}`}
    >
      ${mode === 'sign-in' ? html`<${SignInForm} key="sign-in" />` : html`<${CreateForm} key="create" />`}
    </div>
    ${!isSetup && html`<${OtherWays} />`}
  <//>`;
}

/** What somebody sees who is not in the chat yet. @param {{ children?: unknown }} props */
export function Welcome({ children }) {
  return html`<main class="welcome">
    <div class="welcome-card">
      <header>
        <${Logo} />
        <h1>Charla</h1>
        <p>${t('signIn.slogan')}</p>
      </header>
      ${children}
      <${LanguageChoice} />
    </div>
  </main>`;
}

/** @param {{ mode: Mode, onSelect: (mode: Mode) => void }} props */
function Tabs({ mode, onSelect }) {
  return html`<div
    class="tabs"
    role="tablist"
    aria-label=${t('signIn.account')}
    onKeyDown=${switchByArrow}
  >
    <${Tab} id="sign-in" mode=${mode} onSelect=${onSelect}>${t('signIn.signIn')}<//>
    <${Tab} id="create" mode=${mode} onSelect=${onSelect}>${t('signIn.create')}<//>
  </div>`;
}

/** Explains the setup code in the URL, and removes it on request. */
function SetupNotice() {
  return html`<div class="notice">
    <h2 id="setup-title">${t('setup.title')}</h2>
    <p>${t('setup.explained')}</p>
    <button type="button" class="quiet" onClick=${forgetSetupCode}>
      ${me.value ? tParts('setup.goOnAs', { name: html`<bdi>${me.value.name}</bdi>` }) : t('setup.without')}
    </button>
  </div>`;
}

/** @param {{ id: Mode, mode: Mode, onSelect: (mode: Mode) => void, children?: unknown }} props */
function Tab({ id, mode, onSelect, children }) {
  return html`<button
    type="button"
    role="tab"
    id=${`tab-${id}`}
    aria-selected=${id === mode}
    aria-controls="account-panel"
    tabindex=${id === mode ? 0 : -1}
    onClick=${() => onSelect(id)}
  >
    ${children}
  </button>`;
}

/** @param {KeyboardEvent} event */
function switchByArrow(event) {
  if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
  const other = /** @type {HTMLElement} */ (event.currentTarget).querySelector(
    '[aria-selected="false"]',
  );
  if (!(other instanceof HTMLElement)) return;
  other.click();
  other.focus();
}

function SignInForm() {
  const { form, busy, errors, onSubmit } = useForm(
    async (text) => {
      const { client } = await loadClient();
      await client.login({ email: text('email'), password: text('password') });
    },
    { forbidden: 'signIn.disabled' },
  );
  useFirstFieldFocus(form);
  return html`<form ref=${form} onSubmit=${onSubmit}>
    <${Field}
      label=${t('signIn.email')}
      name="email"
      type="email"
      autocomplete="email"
      required
      errors=${errors}
    />
    <${Field}
      label=${t('signIn.password')}
      name="password"
      type="password"
      autocomplete="current-password"
      required
      errors=${errors}
    />
    <${FormError} errors=${errors} />
    <button class="primary" disabled=${busy}>${t('signIn.signIn')}</button>
  </form>`;
}

function CreateForm() {
  const { form, busy, errors, onSubmit } = useForm(
    async (text) => {
      const { createAccount } = await loadClient();
      await createAccount({
        email: text('email'),
        password: text('password'),
        name: text('name').trim(),
      });
      (await import('../state/first-run.js')).startFirstRun();
    },
    { forbidden: setupCode.value === null ? 'signIn.closed' : 'setup.wrongCode' },
  );
  useFirstFieldFocus(form);
  return html`<form ref=${form} onSubmit=${onSubmit}>
    <${Field}
      label=${t('signIn.name')}
      name="name"
      autocomplete="nickname"
      maxlength="50"
      required
      hint=${t('signIn.nameHint')}
      errors=${errors}
    />
    <${Field}
      label=${t('signIn.email')}
      name="email"
      type="email"
      autocomplete="email"
      required
      errors=${errors}
    />
    <${Field}
      label=${t('signIn.password')}
      name="password"
      type="password"
      autocomplete="new-password"
      minlength="8"
      required
      hint=${t('signIn.passwordHint')}
      errors=${errors}
    />
    <${FormError} errors=${errors} />
    <button class="primary" disabled=${busy}>${t('signIn.create')}</button>
  </form>`;
}

/** Loads what calls the server: the form is shown before. Rejects with an `ApiError`, as the calls do. */
async function loadClient() {
  try {
    return await import('../state/client.js');
  } catch {
    throw new ApiError({ statusCode: 0, code: 'unreachable', message: '' });
  }
}

/**
 * Focuses the first field when the page opens. A tab that was just chosen keeps the focus.
 *
 * @param {import('preact').RefObject<HTMLFormElement | null>} form
 */
export function useFirstFieldFocus(form) {
  useEffect(() => {
    if (document.activeElement?.getAttribute('role') === 'tab') return;
    form.current?.querySelector('input')?.focus();
  }, [form]);
}
