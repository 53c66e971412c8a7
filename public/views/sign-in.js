// @ts-check
import { useEffect, useState } from 'preact/hooks';
import { client, createAccount, ending, forgetSetupCode, me, setupCode } from '../state/session.js';
import { Field, FormError, useForm } from './forms.js';
import { html } from './html.js';
import { Logo } from './icons.js';

/** @typedef {'sign-in' | 'create'} Mode */

export function SignIn() {
  const isSetup = setupCode.value !== null;
  const [mode, setMode] = useState(isSetup ? 'create' : 'sign-in');
  return html`<main class="welcome">
    <div class="welcome-card">
      <header>
        <${Logo} />
        <h1>Charla</h1>
        <p>Rooms for talking together, live, on a server of your own.</p>
      </header>
      ${ending.value && html`<p class="notice" role="status">${ending.value}</p>`}
      ${isSetup ? html`<${SetupNotice} />` : html`<${Tabs} mode=${mode} onSelect=${setMode} />`}
      <div
        role=${isSetup ? undefined : 'tabpanel'}
        id="account-panel"
        aria-labelledby=${isSetup ? 'setup-title' : `tab-${mode}`}
      >
        ${mode === 'sign-in' ? html`<${SignInForm} key="sign-in" />` : html`<${CreateForm} key="create" />`}
      </div>
    </div>
  </main>`;
}

/** @param {{ mode: Mode, onSelect: (mode: Mode) => void }} props */
function Tabs({ mode, onSelect }) {
  return html`<div class="tabs" role="tablist" aria-label="Account" onKeyDown=${switchByArrow}>
    <${Tab} id="sign-in" mode=${mode} onSelect=${onSelect}>Sign in<//>
    <${Tab} id="create" mode=${mode} onSelect=${onSelect}>Create account<//>
  </div>`;
}

/** Explains the setup code in the URL, and removes it on request. */
function SetupNotice() {
  return html`<div class="notice">
    <h2 id="setup-title">Create the administrator’s account</h2>
    <p>This server is new. This account will be its administrator.</p>
    <button type="button" class="quiet" onClick=${forgetSetupCode}>
      ${me.value ? html`Go on as <bdi>${me.value.name}</bdi>` : 'Sign in or sign up without it'}
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
  const { form, busy, errors, onSubmit } = useForm(async (text) => {
    await client.login({ email: text('email'), password: text('password') });
  });
  useFirstFieldFocus(form);
  return html`<form ref=${form} onSubmit=${onSubmit}>
    <${Field}
      label="Email"
      name="email"
      type="email"
      autocomplete="email"
      required
      errors=${errors}
    />
    <${Field}
      label="Password"
      name="password"
      type="password"
      autocomplete="current-password"
      required
      errors=${errors}
    />
    <${FormError} errors=${errors} />
    <button class="primary" disabled=${busy}>Sign in</button>
  </form>`;
}

function CreateForm() {
  const { form, busy, errors, onSubmit } = useForm(async (text) => {
    await createAccount({
      email: text('email'),
      password: text('password'),
      name: text('name').trim(),
    });
  });
  useFirstFieldFocus(form);
  return html`<form ref=${form} onSubmit=${onSubmit}>
    <${Field}
      label="Name"
      name="name"
      autocomplete="nickname"
      maxlength="50"
      required
      hint="How others see you."
      errors=${errors}
    />
    <${Field}
      label="Email"
      name="email"
      type="email"
      autocomplete="email"
      required
      errors=${errors}
    />
    <${Field}
      label="Password"
      name="password"
      type="password"
      autocomplete="new-password"
      minlength="8"
      required
      hint="At least 8 characters."
      errors=${errors}
    />
    <${FormError} errors=${errors} />
    <button class="primary" disabled=${busy}>Create account</button>
  </form>`;
}

/**
 * Focuses the first field when the page opens. A tab that was just chosen keeps the focus.
 *
 * @param {import('preact').RefObject<HTMLFormElement | null>} form
 */
function useFirstFieldFocus(form) {
  useEffect(() => {
    if (document.activeElement?.getAttribute('role') === 'tab') return;
    form.current?.querySelector('input')?.focus();
  }, [form]);
}
