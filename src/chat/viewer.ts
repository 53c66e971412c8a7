import type { User } from '../protocol/resources.ts';

/** The user who makes a request, and the session they make it with. */
export interface Viewer {
  readonly user: User;
  readonly sessionId: string;
  /** When the token was issued and when it expires, in milliseconds since 1970. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}
