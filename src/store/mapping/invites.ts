import type { Author, Role, RoomKind } from '../../protocol/resources.ts';
import type { InviteRow, RoomRow, UserRow } from '../tables.ts';

/** A new invite. Times are milliseconds since 1970. */
export interface NewInvite {
  readonly code: string;
  /** Null for one that only lets register. */
  readonly roomId: string | null;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** Null for any number. */
  readonly maxUses: number | null;
}

/** An invite, with all that decides whether it lets anybody in. */
export interface InviteRecord extends NewInvite {
  readonly uses: number;
  readonly isRevoked: boolean;
  /** Null where it has no room. */
  readonly room: {
    readonly name: string;
    readonly kind: RoomKind;
    readonly memberCount: number;
  } | null;
  /** Who made it, and what they are now. */
  readonly maker: Author & {
    readonly isAdmin: boolean;
    readonly isDisabled: boolean;
    /** In the room. */
    readonly role: Role | null;
  };
}

export interface InviteRecordRow
  extends InviteRow, Pick<UserRow, 'name' | 'color' | 'is_admin' | 'is_disabled'> {
  role: Role | null;
  room_name: string | null;
  kind: RoomRow['kind'] | null;
  member_count: number | null;
}

export function toInvite(row: InviteRecordRow): InviteRecord {
  return {
    code: row.code,
    roomId: row.room_id,
    createdBy: row.created_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    maxUses: row.max_uses,
    uses: row.uses,
    isRevoked: row.revoked_at !== null,
    room: row.kind && {
      name: row.room_name!,
      kind: row.kind,
      memberCount: row.member_count!,
    },
    maker: {
      id: row.created_by,
      name: row.name,
      color: row.color,
      isAdmin: row.is_admin === 1,
      isDisabled: row.is_disabled === 1,
      role: row.role,
    },
  };
}
