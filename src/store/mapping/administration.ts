import type { AdminUser } from '../../protocol/administration.ts';
import type { Author, RoomKind } from '../../protocol/resources.ts';

/** An account in the list of admins. Times are milliseconds since 1970. */
export interface AccountEntry extends AdminUser {
  readonly nameKey: string;
  /** When it was last used, as far as is known. */
  readonly lastSeenAt: number | null;
  /** Sessions that have neither ended nor expired. */
  readonly sessionCount: number;
}

/** The later of two times. */
export function toNewest(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.max(a, b);
}

/** A room and how much it holds. */
export interface RoomSizeRecord {
  readonly id: string;
  readonly kind: RoomKind;
  readonly name: string;
  readonly createdBy: Author | null;
  readonly createdAt: number;
  readonly lastActivityAt: number;
  readonly memberCount: number;
  /** Messages ever sent, the deleted ones included. */
  readonly messageCount: number;
  readonly fileCount: number;
  readonly fileBytes: number;
}

interface RoomSizeRow {
  readonly id: string;
  readonly kind: RoomKind;
  readonly name: string;
  readonly created_at: number;
  readonly last_activity_at: number;
  readonly member_count: number;
  readonly message_count: number;
  readonly file_count: number | null;
  readonly bytes: number;
  readonly creator_id: string | null;
  readonly creator_name: string | null;
  readonly creator_color: string | null;
}

export const toRoomSize = (row: RoomSizeRow): RoomSizeRecord => ({
  id: row.id,
  kind: row.kind,
  name: row.name,
  createdBy:
    row.creator_id === null
      ? null
      : { id: row.creator_id, name: row.creator_name!, color: row.creator_color! },
  createdAt: row.created_at,
  lastActivityAt: row.last_activity_at,
  memberCount: row.member_count,
  messageCount: row.message_count,
  fileCount: row.file_count ?? 0,
  fileBytes: row.bytes,
});

/** How much there is of what on a server. */
export interface ServerCounts {
  readonly users: number;
  readonly disabledUsers: number;
  readonly admins: number;
  readonly bots: number;
  readonly rooms: number;
  readonly messages: number;
  readonly files: number;
  readonly fileBytes: number;
}
