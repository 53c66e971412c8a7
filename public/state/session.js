// @ts-check
/** @import { Signal } from '@preact/signals-core' */
/** @import { Session } from '../../src/protocol/resources.ts' */
import { computed, signal } from '@preact/signals-core';

/* Who is signed in, and the codes in the URL: known before the first call to the server. `client.js` changes it. */

export const STORAGE_KEY = 'charla.session';

/** @type {Signal<Session | null>} */
export const session = signal(readStoredSession());

/** Whether the browser keeps the session for a reload. */
export const sessionIsKept = signal(true);

/** The signed-in user, or null: then the page shows the sign-in form. */
export const me = computed(() => session.value?.user ?? null);

/** @type {Signal<string | null>} the code that ended the session; null after a sign-out */
export const ending = signal(null);

const PLACE_KEY = 'charla.place';

/** How a sign-in elsewhere went from which the page was opened: `done`, or why it failed. Null without one. */
export const signInResult = signal(new URLSearchParams(location.search).get('signIn'));
if (signInResult.value !== null) history.replaceState(null, '', urlOfPlace());

/** Keeps what the URL leads to, a room or an invite, while this tab is elsewhere to sign in. */
export function keepPlace() {
  const { search, hash } = location;
  try {
    sessionStorage.setItem(PLACE_KEY, JSON.stringify({ search, hash }));
  } catch {
    // Without storage the sign-in leads to the rooms.
  }
}

/** Returns the URL of this page with what it led to before a sign-in elsewhere. Only query and hash can differ. */
function urlOfPlace() {
  const url = new URL(location.href);
  url.searchParams.delete('signIn');
  try {
    const kept = sessionStorage.getItem(PLACE_KEY) ?? '{}';
    const { search, hash } = /** @type {{ search?: unknown, hash?: unknown }} */ (JSON.parse(kept));
    sessionStorage.removeItem(PLACE_KEY);
    if (typeof search === 'string') url.search = search;
    if (typeof hash === 'string') url.hash = hash;
  } catch {
    // Storage may be forbidden, or hold something else.
  }
  return url;
}

/** The setup code in the URL, which the log of a new server shows; with it, sign-up creates an admin. Null without one. */
export const setupCode = signal(new URLSearchParams(location.search).get('setup'));

/** The token of a link in the URL that sets a new password. Null without one. */
export const resetToken = signal(new URLSearchParams(location.search).get('reset'));

/** The code of the invite in the URL, by which somebody was sent here. Null without one. */
export const inviteCode = signal(new URLSearchParams(location.search).get('invite'));

/** Removes the setup code from the URL, where others could see it. */
export function forgetSetupCode() {
  forget('setup', setupCode);
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

/** @returns {Session | null} */
export function readStoredSession() {
  try {
    const stored = localStorage.getItem(STORAGE_KEY) ?? 'null';
    return /** @type {Session | null} */ (JSON.parse(stored));
  } catch {
    // Storage may be forbidden, or hold something else: the page works without it.
    return null;
  }
}

const OUTSIDE_KEY = 'charla.outside';

/** Remembers that the OpenID provider has opened the session, until it ends. */
export function markAsOutside() {
  try {
    localStorage.setItem(OUTSIDE_KEY, '1');
  } catch {
    // Without storage, the sign-out here leaves the one there to the user.
  }
}

/** Whether the OpenID provider has opened the session. */
export function isFromOutside() {
  try {
    return localStorage.getItem(OUTSIDE_KEY) !== null;
  } catch {
    return false;
  }
}

/** @param {Session | null} value */
export function storeSession(value) {
  try {
    if (!value) localStorage.removeItem(OUTSIDE_KEY);
    if (value) localStorage.setItem(STORAGE_KEY, JSON.stringify(value));
    else localStorage.removeItem(STORAGE_KEY);
    sessionIsKept.value = true;
  } catch {
    // A reload asks for the password again, and the page says so.
    sessionIsKept.value = value === null;
  }
}
