import type { Selectable } from 'kysely';
import type { Database } from '../tables.ts';

/** An entry of the audit log. */
export interface AuditRecord {
  /** 1, 2, 3 … in the order of commit. */
  readonly id: number;
  /** In milliseconds since 1970. */
  readonly at: number;
  readonly action: string;
  /** Null for the operator, at the command line, and for the server itself. */
  readonly actorId: string | null;
  readonly userId: string | null;
  readonly roomId: string | null;
  readonly details: Record<string, unknown> | null;
}

export function toAuditRecord(row: Selectable<Database['audit']>): AuditRecord {
  return {
    id: row.id,
    at: row.at,
    action: row.action,
    actorId: row.actor_id,
    userId: row.user_id,
    roomId: row.room_id,
    details: row.details === null ? null : (JSON.parse(row.details) as Record<string, unknown>),
  };
}
