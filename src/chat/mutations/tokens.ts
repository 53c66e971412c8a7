import { ChatError } from '../../protocol/errors.ts';
import type { TokenRecord } from '../../store/mapping/accounts.ts';
import { insertToken, listTokens } from '../../store/queries/api-tokens.ts';
import { findSession } from '../../store/queries/sessions.ts';
import type { Tx } from '../../store/transaction.ts';

/** API tokens of one user, expired ones included: they are listed all at once. */
const MAX_TOKENS = 50;

/** Adds an API token, for the sign-in that asked for it. */
export async function addToken(
  tx: Tx,
  { token, sessionId }: { token: TokenRecord; sessionId: string },
): Promise<void> {
  const { userId } = token;
  // It may have ended with a new password, which ends all tokens, too.
  if (!(await findSession(tx.db, userId, sessionId))) throw new ChatError('session_revoked');
  if ((await listTokens(tx.db, userId)).length >= MAX_TOKENS) {
    const message = `You have ${MAX_TOKENS} API tokens, which is the limit; revoke one first`;
    throw new ChatError('quota_exceeded', { message });
  }
  await insertToken(tx.db, token);
}
