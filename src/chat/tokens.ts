import type { ApiToken, CreateToken, NewApiToken } from '../protocol/bots.ts';
import { ChatError } from '../protocol/errors.ts';
import type { TokenRecord } from '../store/mapping/accounts.ts';
import { expiryTime, isoTime, NEVER } from '../store/mapping/time.ts';
import * as tokens from '../store/queries/api-tokens.ts';
import { newId } from './ids.ts';
import { hashOfSecret, newSecret } from './secrets.ts';
import type { Services } from './services.ts';
import { end, viewerOfSession } from './sessions.ts';
import { requireSignIn, type Viewer } from './viewer.ts';

/*
 * API tokens: sessions that are not opened by a password and need not be refreshed. They end as sessions do, and with
 * all others when the password changes or the account is disabled.
 */

/** Tells an API token from a JWT, which begins with `eyJ`, and lets scanners of source code find one. */
const PREFIX = 'chr_';

export const isApiToken = (token: string): boolean => token.startsWith(PREFIX);

/** A new token of a user, and what is stored of it. `expiresAt` is in milliseconds since 1970. */
export function newToken(of: { userId: string; name: string; expiresAt: number }): {
  secret: string;
  token: TokenRecord;
} {
  const secret = PREFIX + newSecret();
  const hash = hashOfSecret(secret);
  return { secret, token: { ...of, id: newId(), hash, createdAt: Date.now(), lastUsedAt: 0 } };
}

/** The viewer of an API token. Throws `token_invalid` for one that does not exist or was revoked, `token_expired`. */
export async function viewerOfToken(services: Services, secret: string): Promise<Viewer> {
  const found = await tokens.findTokenUser(services.store.db, hashOfSecret(secret));
  if (!found) {
    const message = 'This API token does not exist, or was revoked; make another';
    throw new ChatError('token_invalid', { message });
  }
  const { user, sessionId, issuedAt, expiresAt } = found;
  if (expiresAt <= Date.now()) {
    throw new ChatError('token_expired', { message: 'This API token has expired; make another' });
  }
  return viewerOfSession(services, { userId: user.id, sessionId, issuedAt, expiresAt });
}

/** Makes a token of the viewer, which nobody can read again. */
export async function createToken(
  services: Services,
  viewer: Viewer,
  input: CreateToken,
): Promise<NewApiToken> {
  requireSignIn(viewer);
  const name = input.name.trim();
  if (name === '') throw unfit('/name', 'must have something in it');
  const expiresAt = input.expiresAt === undefined ? NEVER : expiryOf(input.expiresAt);
  const { secret, token } = newToken({ userId: viewer.user.id, name, expiresAt });
  await services.store.mutate('addToken', { token, sessionId: viewer.sessionId });
  return { ...toApiToken(token), token: secret };
}

/** With a time zone, or the same text would mean another time on another server. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/;

function expiryOf(text: string): number {
  const at = TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw unfit('/expiresAt', 'must be a time in ISO 8601 with a time zone');
  if (at <= Date.now()) throw unfit('/expiresAt', 'must be in the future');
  return at;
}

const unfit = (path: string, message: string) =>
  new ChatError('validation_failed', { details: [{ path, message }] });

/** The viewer's tokens, the newest first. */
export async function listTokens(services: Services, viewer: Viewer): Promise<ApiToken[]> {
  requireSignIn(viewer);
  const found = await tokens.listTokens(services.store.db, viewer.user.id);
  return found.filter(({ id }) => !services.manager.hasEnded(id)).map(toApiToken);
}

/** Revokes a token of the viewer: it becomes invalid, its sockets and streams close. */
export async function revokeToken(
  services: Services,
  viewer: Viewer,
  tokenId: string,
): Promise<void> {
  const found = await listTokens(services, viewer);
  if (!found.some(({ id }) => id === tokenId)) {
    throw new ChatError('not_found', { message: 'You have no such token' });
  }
  await end(services, viewer.user.id, tokenId);
}

export const toApiToken = ({
  id,
  name,
  createdAt,
  lastUsedAt,
  expiresAt,
}: TokenRecord): ApiToken => ({
  id,
  name,
  createdAt: isoTime(createdAt),
  lastUsedAt: lastUsedAt === 0 ? null : isoTime(lastUsedAt),
  expiresAt: expiryTime(expiresAt),
});
