import { ChatError, type ErrorCode } from '../protocol/errors.ts';
import type { Login, Register, UpdateMe } from '../protocol/commands.ts';
import { fold } from '../protocol/fold.ts';
import type { Me } from '../protocol/resources.ts';
import { findUser, findUserByEmail } from '../store/accounts.ts';
import { toMe } from '../store/rows.ts';
import type { SessionRow } from '../store/schema.ts';
import type { Chat, Viewer } from './chat.ts';
import { newId } from './ids.ts';
import { colorFor, nameFrom } from './names.ts';
import { requireSetupCode } from './setup.ts';

/** Where a request comes from, as far as accounts care. */
export interface Origin {
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

export async function register(chat: Chat, input: Register, from: Origin): Promise<Grant> {
  const { setupCode } = input;
  // A closed server, too, has to get its admin.
  if (chat.config.registration === 'closed' && setupCode === undefined) {
    throw new ChatError('forbidden', { message: 'Registration is closed on this server' });
  }
  const { name, key } = nameFrom(input.name);
  const email = input.email.trim();
  await chat.attempts.count(`register ${from.address}`);
  if (setupCode !== undefined) await requireSetupCode(chat, setupCode);
  const password_hash = await chat.passwords.hash(input.password);
  const now = Date.now();
  const user = {
    id: newId(),
    email,
    email_key: fold(email),
    name,
    name_key: key,
    color: colorFor(name),
    password_hash,
    created_at: now,
  };
  const session = newSession(chat, user.id, from, now);
  const asAdmin = setupCode !== undefined;
  const me = await chat.store.write('register', { user, session, asAdmin });
  return { me, sessionId: session.id, expiresAt: session.expires_at };
}

export async function login(chat: Chat, input: Login, from: Origin): Promise<Grant> {
  const emailKey = fold(input.email.trim());
  const user = await chat.attempts.guard(
    [`login ${emailKey}`, `login from ${from.address}`],
    async () => {
      const found = await findUserByEmail(chat.store.db, emailKey);
      const matches = await chat.passwords.verify(input.password, found?.password_hash);
      if (!found || !matches) throw new ChatError('invalid_credentials');
      return found;
    },
    isRefusal('invalid_credentials'),
  );
  const session = newSession(chat, user.id, from, Date.now());
  await chat.store.write('openSession', session);
  return { me: toMe(user), sessionId: session.id, expiresAt: session.expires_at };
}

/** The same session, good for longer. */
export async function refresh(chat: Chat, viewer: Viewer): Promise<Grant> {
  const usedAt = Date.now();
  const expiresAt = expiryFrom(chat, usedAt);
  const { sessionId } = viewer;
  await chat.store.write('extendSession', { sessionId, usedAt, expiresAt });
  return { me: await getMe(chat, viewer), sessionId, expiresAt };
}

export async function getMe(chat: Chat, viewer: Viewer): Promise<Me> {
  const row = await findUser(chat.store.db, viewer.user.id);
  if (!row) throw new ChatError('session_revoked');
  return toMe(row);
}

export async function updateMe(chat: Chat, viewer: Viewer, input: UpdateMe): Promise<Me> {
  const changes: Parameters<typeof chat.store.write<'updateMe'>>[1]['changes'] = {};
  if (input.name !== undefined) {
    const { name, key } = nameFrom(input.name);
    Object.assign(changes, { name, name_key: key });
  }
  if (input.color !== undefined) changes.color = input.color.toLowerCase();
  if (input.password !== undefined) {
    await requirePassword(chat, viewer, input.currentPassword);
    changes.password_hash = await chat.passwords.hash(input.password);
  }
  if (Object.keys(changes).length === 0) return getMe(chat, viewer);

  const { sessionId, user } = viewer;
  const { me, endedSessions } = await chat.store.write('updateMe', {
    userId: user.id,
    sessionId,
    changes,
  });
  const { email: _, ...asUser } = me;
  chat.manager.renameUser(asUser);
  for (const ended of endedSessions) chat.manager.closeSession(me.id, ended, 'session_revoked');
  return me;
}

/** A stolen token must not be enough to take the account over. */
async function requirePassword(
  chat: Chat,
  viewer: Viewer,
  currentPassword: string | undefined,
): Promise<void> {
  if (currentPassword === undefined) {
    const message = 'is needed to set a new password';
    throw new ChatError('validation_failed', { details: [{ path: '/currentPassword', message }] });
  }
  await chat.attempts.guard(
    [`password of ${viewer.user.id}`],
    async () => {
      const row = await findUser(chat.store.db, viewer.user.id);
      if (await chat.passwords.verify(currentPassword, row?.password_hash)) return;
      throw new ChatError('forbidden', { message: 'The current password is wrong' });
    },
    isRefusal('forbidden'),
  );
}

const isRefusal = (code: ErrorCode) => (error: unknown) =>
  error instanceof ChatError && error.code === code;

function newSession(chat: Chat, userId: string, from: Origin, now: number): SessionRow {
  return {
    id: newId(),
    user_id: userId,
    user_agent: from.userAgent.slice(0, 256),
    created_at: now,
    last_used_at: now,
    expires_at: expiryFrom(chat, now),
  };
}

/** Tokens count in whole seconds (RFC 7519 section 2, NumericDate). */
function expiryFrom(chat: Chat, now: number): number {
  return (Math.floor(now / 1000) + chat.config.tokenTtlSeconds) * 1000;
}
