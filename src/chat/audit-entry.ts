/** What moderators and owners do to others or to a room, admins to an account, and people to their own. */
export type AuditAction =
  | 'added'
  | 'role changed'
  | 'removed'
  | 'banned'
  | 'ban lifted'
  | 'invite made'
  | 'invite revoked'
  | 'message deleted'
  | 'room updated'
  | 'room deleted'
  | 'hook added'
  | 'hook resumed'
  | 'hook deleted'
  | 'made admin'
  | 'admin no more'
  | 'account created'
  | 'account disabled'
  | 'account enabled'
  | 'account deleted'
  | 'session ended'
  | 'sessions ended'
  | 'reset link made'
  | 'password changed'
  | 'password reset'
  | 'bot created'
  | 'bot token renewed'
  | 'bot deleted';

/** What the audit log says of something: nothing personal but by ids. */
export interface Audited {
  /** Null for the operator, at the command line. */
  readonly actorId: string | null;
  readonly action: AuditAction;
  readonly userId?: string | undefined;
  readonly roomId?: string | undefined;
  /** What else there is to tell. */
  readonly details?: Record<string, unknown> | undefined;
}
