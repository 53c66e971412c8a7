// @ts-check
/** @import { Register } from '../../src/protocol/commands.ts' */
import { batch } from '@preact/signals-core';
import { ApiError } from '../client/api-error.js';
import { OPEN_ID_LOGOUT_PATH } from '../client/sign-in-calls.js';
import { SessionClient } from '../client/session-client.js';
import { onEvent } from './events.js';
import {
  ending,
  forgetResetToken,
  forgetSetupCode,
  inviteCode,
  isFromOutside,
  markAsOutside,
  me,
  readStoredSession,
  resetToken,
  session,
  setupCode,
  signInResult,
  STORAGE_KEY,
  storeSession,
} from './session.js';

/* The calls of the page, with the session of whoever is signed in. The sign-in form shows before it is loaded. */

export const client = new SessionClient({
  baseUrl: new URL('.', document.baseURI).href,
  session: session.peek(),
});
export const { api } = client;

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

/** Takes over the session of a sign-in elsewhere that went well. */
export async function adoptOutsideSession() {
  try {
    client.adoptSession(await api.signIn.openIdSession());
    markAsOutside();
    signInResult.value = null;
  } catch (error) {
    signInResult.value =
      error instanceof ApiError && error.statusCode === 401 ? 'expired' : 'unavailable';
  }
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

/**
 * Signs out: here at once, even where the server cannot be reached (the token expires by itself). Resolves once the
 * server knows, with where the browser signs out elsewhere; null where it does not.
 */
export async function signOut() {
  const away = isFromOutside() ? OPEN_ID_LOGOUT_PATH : null;
  return client.logout().then(
    () => away,
    () => null,
  );
}
