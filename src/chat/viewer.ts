import { ChatError } from '../protocol/errors.ts';
import type { User } from '../protocol/resources.ts';

/** The user who makes a request, and the session they make it with. */
export interface Viewer {
  readonly user: User;
  readonly sessionId: string;
  /** Whether the session is an API token, with which less is allowed (`requireSignIn`). */
  readonly isToken: boolean;
  /** When the token was issued and when it expires, in milliseconds since 1970. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** When a host application says that it has signed the user in, in milliseconds since 1970. */
  readonly authenticatedAt?: number | undefined;
}

/** Throws `forbidden` for an API token: one that leaked must not be worth the whole account. */
export function requireSignIn({ isToken }: Viewer): void {
  if (!isToken) return;
  throw new ChatError('forbidden', { message: 'An API token may not do this; sign in instead' });
}
