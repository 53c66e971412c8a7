import { hash } from 'node:crypto';
import { caseFold } from '../../public/shared/case-fold.js';
import { ChatError, type ErrorCode } from '../protocol/errors.ts';
import type { Login, Register, UpdateMe } from '../protocol/commands.ts';
import type { Me } from '../protocol/resources.ts';
import { findUser, findUserByEmail, isKnownAddress } from '../store/queries/accounts.ts';
import { toMe } from '../store/mapping.ts';
import type { SessionRow, UserRow } from '../store/tables.ts';
import { announceUser } from './announcements.ts';
import type { Services, Viewer } from './services.ts';
import type { Share } from './services/fair-queue.ts';
import { newId } from './ids.ts';
import { colorFor, nameFrom } from './names.ts';
import { closeSessions } from './sessions.ts';
import { requireSetupCode } from './setup.ts';

/** Where a request comes from, as far as accounts care. */
export interface Origin {
  /** By what its address is counted. */
  readonly address: string;
  readonly userAgent: string;
}

/** What a token is to be issued for. */
export interface Grant {
  readonly me: Me;
  readonly sessionId: string;
  /** In milliseconds since 1970; whole seconds, as a token counts. */
  readonly expiresAt: number;
}

export async function register(services: Services, input: Register, from: Origin): Promise<Grant> {
  const { setupCode } = input;
  // A closed server, too, has to get its admin.
  if (services.config.registration === 'closed' && setupCode === undefined) {
    throw new ChatError('forbidden', { message: 'Registration is closed on this server' });
  }
  const { name, key } = nameFrom(input.name);
  const email = input.email.trim();
  await services.attempts.count(`register ${from.address}`);
  const share = { address: from.address, account: caseFold(email) };
  if (setupCode !== undefined) await requireSetupCode(services, setupCode);
  const password_hash = await services.passwords.hashNew(input.password, share);
  const now = Date.now();
  const user = {
    id: newId(),
    email,
    email_key: caseFold(email),
    name,
    name_key: key,
    color: colorFor(name),
    password_hash,
    created_at: now,
  };
  const session = newSession(services, user.id, from, now);
  const addressHash = hashOfAddress(user.id, from.address);
  const asAdmin = setupCode !== undefined;
  const me = await services.store.mutate('register', { user, session, addressHash, asAdmin });
  return { me, sessionId: session.id, expiresAt: session.expires_at };
}

export async function login(services: Services, input: Login, from: Origin): Promise<Grant> {
  const emailKey = caseFold(input.email.trim());
  const found = await findUserByEmail(services.store.db, emailKey);
  const addressHash = hashOfAddress(found?.id ?? '', from.address);
  // Asked also where there is no account, so that the answer takes as long.
  const isKnown = await isKnownAddress(services.store.db, found?.id ?? '', addressHash);
  const share = { address: from.address, account: emailKey };
  const { user, isOld } = await services.attempts.guard(
    guessKeys(emailKey, from.address, isKnown),
    async () => {
      const fit = await services.passwords.verify(input.password, found?.password_hash, share);
      if (!found || !fit) throw new ChatError('invalid_credentials');
      return { user: found, isOld: fit === 'as sent before' };
    },
    isRefusal('invalid_credentials'),
  );
  const session = newSession(services, user.id, from, Date.now());
  const passwordChanges = user.password_changes;
  const ended = await services.store.mutate('openSession', {
    session,
    passwordChanges,
    addressHash,
  });
  closeSessions(services, user.id, ended);
  if (isOld) await rehash(services, user, input.password, share);
  return { me: toMe(user), sessionId: session.id, expiresAt: session.expires_at };
}

/** Hashes a password in NFC that was hashed as it came before. Whoever has signed in has signed in. */
async function rehash(
  services: Services,
  user: UserRow,
  password: string,
  share: Share,
): Promise<void> {
  try {
    const to = await services.passwords.hash(password, share);
    await services.store.mutate('replaceHash', { userId: user.id, from: user.password_hash, to });
  } catch (error) {
    services.log.warn({ err: error, userId: user.id }, 'a password was not hashed anew');
  }
}

/**
 * What wrong guesses of a password count for. From where an account was signed in to before, they count
 * for that place alone; from elsewhere, for the account and for the address, too, so that neither many
 * addresses nor many accounts give more guesses. Strangers' guesses thus keep out strangers only.
 */
function guessKeys(emailKey: string, address: string, isKnown: boolean): string[] {
  const here = `login ${emailKey} ${address}`;
  return isKnown ? [here] : [here, `login ${emailKey}`, `login from ${address}`];
}

/** So that nobody reads in the database where people are. */
const hashOfAddress = (userId: string, address: string) =>
  hash('sha256', `${userId} ${address}`, 'base64url');

/** The same session, good for longer. */
export async function refresh(services: Services, viewer: Viewer): Promise<Grant> {
  const usedAt = Date.now();
  const expiresAt = expiryFrom(services, usedAt);
  const { sessionId } = viewer;
  const change = { userId: viewer.user.id, sessionId, usedAt, expiresAt };
  const me = await services.store.mutate('extendSession', change);
  return { me, sessionId, expiresAt };
}

export async function getMe(services: Services, viewer: Viewer): Promise<Me> {
  const row = await findUser(services.store.db, viewer.user.id);
  if (!row) throw new ChatError('session_revoked');
  return toMe(row);
}

/**
 * Changes name, colour or password. With a new password comes a new session, and every other one ends:
 * then `grant` is what the new token is issued for.
 */
export async function updateMe(
  services: Services,
  viewer: Viewer,
  input: UpdateMe,
  from: Origin,
): Promise<{ me: Me; grant: Grant | null }> {
  const changes: Parameters<typeof services.store.mutate<'updateMe'>>[1]['changes'] = {};
  if (input.name !== undefined) {
    const { name, key } = nameFrom(input.name);
    await services.limits.newLook(viewer.user.id, 'names');
    Object.assign(changes, { name, name_key: key });
  }
  if (input.color !== undefined) {
    await services.limits.newLook(viewer.user.id, 'colours');
    changes.color = input.color.toLowerCase();
  }
  const { user, sessionId } = viewer;
  let session: SessionRow | null = null;
  let passwordChanges = 0;
  if (input.password !== undefined) {
    const share = { address: from.address, account: user.id };
    passwordChanges = await requirePassword(services, viewer, input.currentPassword, share);
    changes.password_hash = await services.passwords.hashNew(input.password, share);
    session = newSession(services, user.id, from, Date.now());
  }
  if (Object.keys(changes).length === 0) return { me: await getMe(services, viewer), grant: null };

  const renewal = session && { session, sessionId, passwordChanges };
  const change = { userId: user.id, changes, renewal };
  const { me, hasNewLook, endedSessions } = await services.store.mutate('updateMe', change);
  const { email: _, ...asUser } = me;
  if (hasNewLook) announceUser(services, asUser);
  closeSessions(services, user.id, endedSessions);
  return {
    me,
    grant: session && { me, sessionId: session.id, expiresAt: session.expires_at },
  };
}

/** A stolen token must not be enough to take the account over. Returns how often the password was changed. */
async function requirePassword(
  services: Services,
  viewer: Viewer,
  currentPassword: string | undefined,
  share: Share,
): Promise<number> {
  if (currentPassword === undefined) {
    const message = 'is needed to set a new password';
    throw new ChatError('validation_failed', { details: [{ path: '/currentPassword', message }] });
  }
  return services.attempts.guard(
    [`password of ${viewer.user.id}`],
    async () => {
      const row = await findUser(services.store.db, viewer.user.id);
      const fit = await services.passwords.verify(currentPassword, row?.password_hash, share);
      if (row && fit) return row.password_changes;
      throw new ChatError('forbidden', { message: 'The current password is wrong' });
    },
    isRefusal('forbidden'),
  );
}

const isRefusal = (code: ErrorCode) => (error: unknown) =>
  error instanceof ChatError && error.code === code;

function newSession(services: Services, userId: string, from: Origin, now: number): SessionRow {
  return {
    id: newId(),
    user_id: userId,
    user_agent: from.userAgent.slice(0, 256),
    created_at: now,
    last_used_at: now,
    expires_at: expiryFrom(services, now),
  };
}

/** Tokens count in whole seconds (RFC 7519 section 2, NumericDate). */
function expiryFrom(services: Services, now: number): number {
  return (Math.floor(now / 1000) + services.config.tokenTtlSeconds) * 1000;
}
