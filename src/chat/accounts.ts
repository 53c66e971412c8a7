import { hash } from 'node:crypto';
import { caseFold } from '../../public/shared/case-fold.js';
import type { Login, Register, UpdateMe } from '../protocol/commands.ts';
import { ChatError, type ErrorCode } from '../protocol/errors.ts';
import type { Me } from '../protocol/resources.ts';
import {
  meOf,
  NO_PASSWORD,
  userOf,
  type AccountChanges,
  type SessionRecord,
} from '../store/mapping/accounts.ts';
import { findAccount, findAccountByEmail } from '../store/queries/accounts.ts';
import { isKnownHostToken } from '../store/queries/identities.ts';
import { findInvite } from '../store/queries/invites.ts';
import { isKnownAddress } from '../store/queries/known-addresses.ts';
import { findSession } from '../store/queries/sessions.ts';
import { announceUser } from './announcements.ts';
import { requireUsable } from './invite-rules.ts';
import { newId } from './ids.ts';
import { colorFor, nameFrom } from './names.ts';
import type { Services } from './services.ts';
import type { Share } from '../fair-queue.ts';
import { closeSessions } from './sessions.ts';
import { requireSetupCode } from './setup.ts';
import { requireSignIn, type Viewer } from './viewer.ts';

/** Where a request comes from. */
export interface Origin {
  /** The key that its address is counted by. */
  readonly address: string;
  readonly userAgent: string;
}

/** What a token is issued for. */
export interface Grant {
  readonly me: Me;
  readonly sessionId: string;
  /** In milliseconds since 1970; whole seconds, as tokens count. */
  readonly expiresAt: number;
}

export async function register(services: Services, input: Register, from: Origin): Promise<Grant> {
  const { setupCode, invite } = input;
  requireOpenDoor(services, input);
  const { name, key: nameKey } = nameFrom(input.name);
  const email = input.email.trim();
  const emailKey = caseFold(email);
  await services.loginThrottle.count(`register ${from.address}`);
  const share = { address: from.address, account: emailKey };
  if (setupCode !== undefined) await requireSetupCode(services, setupCode);
  // Before a password is hashed; the mutation checks it again.
  if (invite !== undefined) requireUsable(await findInvite(services.store.db, invite));
  const passwordHash = await services.passwords.hashNew(input.password, share);
  const createdAt = Date.now();
  const id = newId();
  const color = colorFor(name);
  const account = { id, email, emailKey, name, nameKey, color, passwordHash, createdAt };
  const session = newSession(services, id, from, createdAt);
  const addressHash = hashOfAddress(id, from.address);
  const asAdmin = setupCode !== undefined;
  const opening = { account, session, addressHash, asAdmin, invite };
  const me = await services.store.mutate('register', opening);
  return { me, sessionId: session.id, expiresAt: session.expiresAt };
}

/** A server that is not open to everybody still needs its first admin. */
function requireOpenDoor({ config }: Services, { setupCode, invite }: Register): void {
  const { registration } = config;
  if (registration === 'open' || setupCode !== undefined) return;
  if (registration === 'invite' && invite !== undefined) return;
  const message =
    registration === 'invite'
      ? 'You need an invite to register on this server; ask somebody here for a link'
      : 'Registration is closed on this server';
  throw new ChatError('forbidden', { message });
}

export async function login(services: Services, input: Login, from: Origin): Promise<Grant> {
  const { store, passwords, loginThrottle } = services;
  const emailKey = caseFold(input.email.trim());
  const found = await findAccountByEmail(store.db, emailKey);
  const addressHash = hashOfAddress(found?.id ?? '', from.address);
  // Also queried without an account, so that the response takes as long.
  const isKnown = await isKnownAddress(store.db, found?.id ?? '', addressHash);
  const share = { address: from.address, account: emailKey };
  const account = await loginThrottle.guard(
    guessKeys(emailKey, from.address, isKnown),
    async () => {
      const isRight = await passwords.verify(input.password, found?.passwordHash, share);
      if (!found || !isRight) throw new ChatError('invalid_credentials');
      return found;
    },
    isRefusal('invalid_credentials'),
  );
  const session = newSession(services, account.id, from, Date.now());
  const { passwordHash } = account;
  const opening = { session, passwordHash, addressHash };
  const { me, endedSessions } = await store.mutate('openSession', opening);
  closeSessions(services, account.id, endedSessions);
  return { me, sessionId: session.id, expiresAt: session.expiresAt };
}

/**
 * The keys that a wrong password counts under. From an address where the account has signed in before, it counts
 * for that address alone; from elsewhere it also counts for the account and for the address, so that neither many
 * addresses nor many accounts give more guesses. Guesses of strangers thus lock out strangers only.
 */
function guessKeys(emailKey: string, address: string, isKnown: boolean): string[] {
  const here = `login ${emailKey} ${address}`;
  return isKnown ? [here] : [here, `login ${emailKey}`, `login from ${address}`];
}

/** Hashed, so that the database does not tell where people are. */
export const hashOfAddress = (userId: string, address: string) =>
  hash('sha256', `${userId} ${address}`, 'base64url');

/** Extends the viewer's session for a new token. */
export async function refresh(services: Services, viewer: Viewer): Promise<Grant> {
  requireSignIn(viewer);
  const usedAt = Date.now();
  const expiresAt = expiryFrom(services, usedAt);
  const { sessionId } = viewer;
  const change = { userId: viewer.user.id, sessionId, usedAt, expiresAt };
  const me = await services.store.mutate('extendSession', change);
  return { me, sessionId, expiresAt };
}

export async function getMe(services: Services, viewer: Viewer): Promise<Me> {
  const account = await findAccount(services.store.db, viewer.user.id);
  if (!account) throw new ChatError('session_revoked');
  return meOf(account);
}

/**
 * Changes the name, colour, password, or summaries by mail. A new password brings a new session and ends every other one; `grant` is
 * then what the new token is issued for.
 */
export async function updateMe(
  services: Services,
  viewer: Viewer,
  input: UpdateMe,
  from: Origin,
): Promise<{ me: Me; grant: Grant | null }> {
  const changes: AccountChanges = {};
  if (input.name !== undefined) {
    const { name, key } = nameFrom(input.name);
    await services.limits.newLook(viewer.user.id, 'names');
    Object.assign(changes, { name, nameKey: key });
  }
  if (input.color !== undefined) {
    await services.limits.newLook(viewer.user.id, 'colours');
    changes.color = input.color.toLowerCase();
  }
  if (input.mailSummaries !== undefined) {
    if (input.mailSummaries !== 'off') requireMail(services);
    changes.mailSummaries = input.mailSummaries;
  }
  const { user, sessionId } = viewer;
  let renewal: { session: SessionRecord; sessionId: string; passwordHash: string } | null = null;
  if (input.password !== undefined) {
    requireSignIn(viewer);
    await requireEmail(services, viewer);
    const share = { address: from.address, account: user.id };
    const current = await requirePassword(services, viewer, input.currentPassword, share);
    changes.passwordHash = await services.passwords.hashNew(input.password, share);
    const session = newSession(services, user.id, from, Date.now());
    renewal = { session, sessionId, passwordHash: current };
  }
  if (Object.keys(changes).length === 0) return { me: await getMe(services, viewer), grant: null };

  const change = { userId: user.id, changes, renewal };
  const { me, hasNewLook, endedSessions } = await services.store.mutate('updateMe', change);
  if (hasNewLook) announceUser(services, userOf(me));
  closeSessions(services, user.id, endedSessions);
  const grant = renewal && {
    me,
    sessionId: renewal.session.id,
    expiresAt: renewal.session.expiresAt,
  };
  return { me, grant };
}

function requireMail({ config }: Services): void {
  if (config.mail) return;
  throw new ChatError('forbidden', {
    message: 'This server sends no mail; its operator can set SMTP_URL',
  });
}

/** A password is of no use without an email to sign in with. */
async function requireEmail(services: Services, viewer: Viewer): Promise<void> {
  const { email } = await getMe(services, viewer);
  if (email !== null) return;
  throw new ChatError('forbidden', {
    message: 'This account has no email, with which a password would be used',
  });
}

/** A stolen token must not be enough to take over the account. Returns the hash that the password matched. */
export async function requirePassword(
  services: Services,
  viewer: Viewer,
  currentPassword: string | undefined,
  share: Share,
): Promise<string> {
  const own = await findAccount(services.store.db, viewer.user.id);
  if (own?.passwordHash === NO_PASSWORD) {
    await requireRecentSignIn(services, viewer);
    return NO_PASSWORD;
  }
  if (currentPassword === undefined) {
    const message = 'is needed for this';
    throw new ChatError('validation_failed', { details: [{ path: '/currentPassword', message }] });
  }
  return services.loginThrottle.guard(
    [`password of ${viewer.user.id}`],
    async () => {
      const account = await findAccount(services.store.db, viewer.user.id);
      const passwordHash = account?.passwordHash;
      const isRight = await services.passwords.verify(currentPassword, passwordHash, share);
      if (passwordHash !== undefined && isRight) return passwordHash;
      throw new ChatError('forbidden', { message: 'The current password is wrong' });
    },
    isRefusal('forbidden'),
  );
}

/** How long a sign-in stands for the password of an account that has none, in milliseconds. */
const RECENT_MS = 10 * 60_000;

/**
 * For accounts without a password, which somebody outside signs in: a token that is stolen later must not be enough. A
 * host application gets new tokens at any time, and says in them when its user last signed in, or does not.
 */
async function requireRecentSignIn(services: Services, viewer: Viewer): Promise<void> {
  const { db } = services.store;
  const [session, isOfHost] = await Promise.all([
    findSession(db, viewer.user.id, viewer.sessionId),
    isKnownHostToken(db, viewer.sessionId),
  ]);
  const signedInAt = isOfHost ? viewer.authenticatedAt : session?.createdAt;
  if (session && signedInAt !== undefined && Date.now() - signedInAt < RECENT_MS) return;
  throw new ChatError('forbidden', {
    message: isOfHost
      ? 'This account has no password: sign in again where you came from, and do this within 10 minutes'
      : 'This account has no password: sign out, sign in again, and do this within 10 minutes',
  });
}

/** Tells a refusal with this code from other errors. */
export const isRefusal = (code: ErrorCode) => (error: unknown) =>
  error instanceof ChatError && error.code === code;

/** A session of a user that is opened now. */
export function newSession(
  services: Services,
  userId: string,
  from: Origin,
  now: number,
): SessionRecord {
  return {
    id: newId(),
    userId,
    userAgent: from.userAgent.slice(0, 256),
    createdAt: now,
    lastUsedAt: now,
    expiresAt: expiryFrom(services, now),
  };
}

/** Tokens count in whole seconds (RFC 7519 section 2, NumericDate). */
function expiryFrom(services: Services, now: number): number {
  return (Math.floor(now / 1000) + services.config.tokenTtlSeconds) * 1000;
}
