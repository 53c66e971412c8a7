/* Tables of administration, as queries see them (tables.ts has the others). */

/** Links that set a new password; the token itself is in the link alone. */
export interface ResetTokensTable {
  token_hash: string;
  user_id: string;
  created_at: number;
  expires_at: number;
}

/** Who did what to whom or where. Rows never change. */
export interface AuditTable {
  /** 1, 2, 3 … in the order of commit. */
  id: number;
  at: number;
  action: string;
  /** Null for the operator, at the command line, and for the server itself. */
  actor_id: string | null;
  user_id: string | null;
  room_id: string | null;
  /** JSON: what else there is to tell; nothing personal. */
  details: string | null;
}
