// @ts-check
import { clearDrafts } from './drafts.js';
import { clearOutbox } from './outbox.js';
import { signOut } from './client.js';
import { me } from './session.js';
import { clearCache } from './storage/database.js';

/**
 * Signs out, and deletes what this browser keeps of the user: unsent messages, drafts, and copies of rooms and messages. Who
 * was signed in by the OpenID provider then leaves for the sign-out there.
 */
export async function signOutForGood() {
  const userId = me.peek()?.id ?? '';
  const leaving = signOut();
  clearDrafts(userId);
  await Promise.all([clearOutbox(userId), clearCache()]);
  const away = await leaving;
  if (away !== null) location.assign(away);
}
