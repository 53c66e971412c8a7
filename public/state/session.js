// @ts-check
/** @import { Register } from '../../src/protocol/commands.ts' */
/** @import { Signal } from '@preact/signals-core' */
/** @import { Session } from '../../src/protocol/resources.ts' */
import { batch, computed, signal } from '@preact/signals-core';
import { ApiError } from '../client/api-error.js';
import { SessionClient } from '../client/session-client.js';
import { onEvent } from './events.js';

const STORAGE_KEY = 'charla.session';

export const client = new SessionClient({
  baseUrl: new URL('.', document.baseURI).href,
  session: readStoredSession(),
});
export const { api } = client;

/** @type {Signal<Session | null>} */
const session = signal(client.session);

/** Whether the browser keeps the session for a reload. */
export const sessionIsKept = signal(true);

/** The signed-in user, or null: then the page shows the sign-in form. */
export const me = computed(() => session.value?.user ?? null);

/** @type {Signal<string | null>} the code that ended the session; null after a sign-out */
export const ending = signal(null);

/** The setup code in the URL, which the log of a new server shows; with it, sign-up creates an admin. Null without one. */
export const setupCode = signal(new URLSearchParams(location.search).get('setup'));

/** The token of a link in the URL that sets a new password. Null without one. */
export const resetToken = signal(new URLSearchParams(location.search).get('reset'));

/** The code of the invite in the URL, by which somebody was sent here. Null without one. */
export const inviteCode = signal(new URLSearchParams(location.search).get('invite'));

/** How a sign-in elsewhere went from which the page was opened: `done`, or why it failed. Null without one. */
export const signInResult = signal(new URLSearchParams(location.search).get('signIn'));
if (signInResult.value !== null) {
  const url = new URL(location.href);
  url.searchParams.delete('signIn');
  history.replaceState(null, '', url);
}

/** Takes over the session of a sign-in elsewhere that went well. */
export async function adoptOutsideSession() {
  try {
    client.adoptSession(await api.signIn.openIdSession());
    signInResult.value = null;
  } catch (error) {
    signInResult.value =
      error instanceof ApiError && error.statusCode === 401 ? 'expired' : 'unavailable';
  }
}

client.onSession((next, reason) => {
  const ended = session.value;
  batch(() => {
    session.value = next;
    ending.value = reason;
  });
  // Another tab may have stored a newer session: a new password opens one.
  const isReplaced = reason !== null && readStoredSession()?.token !== ended?.token;
  if (next || !isReplaced) storeSession(next);
});

// Another device may change the profile, or an admin the user's rights.
onEvent((event) => {
  const mine = client.session;
  if (event.type !== 'user.updated' || event.user.id !== mine?.user.id) return;
  const user = { ...mine.user, ...event.user };
  if (JSON.stringify(user) !== JSON.stringify(mine.user)) client.adoptSession({ ...mine, user });
});

// Tabs share one session: when one of them stores another, the others adopt it.
window.addEventListener('storage', ({ key }) => {
  if (key !== STORAGE_KEY) return;
  const stored = readStoredSession();
  if (!stored) client.endSession(null);
  else if (stored.user.id === me.value?.id) client.adoptSession(stored);
  else location.reload();
});

/**
 * Creates an account: an admin's, where the URL has the setup code. Where it has an invite, that lets the account in.
 *
 * @param {Register} account
 */
export async function createAccount(account) {
  const [code, invite] = [setupCode.value, inviteCode.value];
  try {
    await client.register({
      ...account,
      ...(code !== null && { setupCode: code }),
      ...(invite !== null && { invite }),
    });
    forgetSetupCode();
  } catch (error) {
    // The code is wrong or was used: another attempt would fail too.
    if (error instanceof ApiError && error.code === 'forbidden') forgetSetupCode();
    throw error;
  }
}

/** Removes the setup code from the URL, where others could see it. */
export function forgetSetupCode() {
  forget('setup', setupCode);
}

/**
 * Sets a new password by the link in the URL, and signs in.
 *
 * @param {string} password
 */
export async function resetPassword(password) {
  client.adoptSession(await api.account.resetPassword({ token: resetToken.value ?? '', password }));
  forgetResetToken();
}

/** Removes the token from the URL, once it was used or is not wanted. */
export function forgetResetToken() {
  forget('reset', resetToken);
}

/** Removes the invite from the URL, once it was accepted or is not wanted. */
export function forgetInvite() {
  forget('invite', inviteCode);
}

/**
 * @param {string} name
 * @param {Signal<string | null>} code
 */
function forget(name, code) {
  if (code.value === null) return;
  const url = new URL(location.href);
  url.searchParams.delete(name);
  history.replaceState(null, '', url);
  code.value = null;
}

export function signOut() {
  // The page is signed out even where the server cannot be reached: the token expires by itself.
  client.logout().catch(() => {});
}

/** @returns {Session | null} */
function readStoredSession() {
  try {
    const stored = localStorage.getItem(STORAGE_KEY) ?? 'null';
    return /** @type {Session | null} */ (JSON.parse(stored));
  } catch {
    // Storage may be forbidden, or hold something else: the page works without it.
    return null;
  }
}

/** @param {Session | null} value */
function storeSession(value) {
  try {
    if (value) localStorage.setItem(STORAGE_KEY, JSON.stringify(value));
    else localStorage.removeItem(STORAGE_KEY);
    sessionIsKept.value = true;
  } catch {
    // A reload asks for the password again, and the page says so.
    sessionIsKept.value = value === null;
  }
}
