// @ts-check
/** @import { Session } from '../../src/protocol/resources.ts' */
import { batch, computed, signal } from '@preact/signals-core';
import { ApiError, ChatClient } from '../chat-client.js';
import { onNews } from './events.js';

const STORAGE_KEY = 'charla.session';

/** Why the session ended, in words for whoever finds the sign-in form before them again. */
const ENDINGS = new Map([
  ['token_expired', 'Your session has expired. Please sign in again.'],
  ['session_revoked', 'This session was ended. Please sign in again.'],
]);
const UNKNOWN_ENDING = 'Your session is no longer valid. Please sign in again.';

export const client = new ChatClient({
  baseUrl: new URL('.', document.baseURI).href,
  session: readStoredSession(),
});
export const { api } = client;

/** @type {import('@preact/signals-core').Signal<Session | null>} */
const session = signal(client.session);

/** The signed-in user, or null: then the page shows the sign-in form. */
export const me = computed(() => session.value?.user ?? null);

/** What the sign-in form says about the session that ended; empty after a sign-out. */
export const ending = signal('');

/**
 * The code in the address that the log of a new server names: whoever brings it creates the
 * administrator's account. Null without one.
 */
export const setupCode = signal(new URLSearchParams(location.search).get('setup'));

client.onSession((next, reason) => {
  const ended = session.value;
  batch(() => {
    session.value = next;
    ending.value = reason === null ? '' : (ENDINGS.get(reason) ?? UNKNOWN_ENDING);
  });
  // Another tab may have a newer session already: a new password opens one.
  const isReplaced = reason !== null && readStoredSession()?.token !== ended?.token;
  if (next || !isReplaced) storeSession(next);
});

// Another device has changed the profile, or an admin has made one of the user.
onNews((event) => {
  const mine = client.session;
  if (event.type !== 'user.updated' || event.user.id !== mine?.user.id) return;
  const user = { ...mine.user, ...event.user };
  if (JSON.stringify(user) !== JSON.stringify(mine.user)) client.adoptSession({ ...mine, user });
});

// Tabs share one session: what one of them stores, the others follow.
window.addEventListener('storage', ({ key }) => {
  if (key !== STORAGE_KEY) return;
  const stored = readStoredSession();
  if (!stored) client.endSession(null);
  else if (stored.user.id === me.value?.id) client.adoptSession(stored);
  else location.reload();
});

/**
 * Creates an account: the administrator's, where the address has the setup code.
 *
 * @param {{ email: string, password: string, name: string }} account
 */
export async function createAccount(account) {
  const code = setupCode.value;
  try {
    await client.register(code === null ? account : { ...account, setupCode: code });
    forgetSetupCode();
  } catch (error) {
    // A code that is wrong or was used does not get better by another attempt.
    if (error instanceof ApiError && error.code === 'forbidden') forgetSetupCode();
    throw error;
  }
}

/** Takes the setup code out of the address, where it would be seen and kept. */
export function forgetSetupCode() {
  if (setupCode.value === null) return;
  const url = new URL(location.href);
  url.searchParams.delete('setup');
  history.replaceState(null, '', url);
  setupCode.value = null;
}

export function signOut() {
  // Signed out is signed out, even where the server cannot be told: the token still ends by itself.
  client.logout().catch(() => {});
}

/** @param {{ name?: string, color?: string, password?: string, currentPassword?: string }} changes */
export const updateProfile = (changes) => client.updateMe(changes);

/** @returns {Session | null} */
function readStoredSession() {
  try {
    const stored = localStorage.getItem(STORAGE_KEY) ?? 'null';
    return /** @type {Session | null} */ (JSON.parse(stored));
  } catch {
    // Storage may be forbidden, or hold something else: the page then works without it.
    return null;
  }
}

/** @param {Session | null} value */
function storeSession(value) {
  try {
    if (value) localStorage.setItem(STORAGE_KEY, JSON.stringify(value));
    else localStorage.removeItem(STORAGE_KEY);
  } catch {
    // See above: a reload then asks for the password again.
  }
}
