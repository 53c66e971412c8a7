import type { NotifyLevel, Role, Room, RoomKind, User } from '../../protocol/resources.ts';
import type { MembersTable, RoomRow, UserRow } from '../tables.ts';
import { toUser } from './accounts.ts';
import { isoTime } from './time.ts';

/** The key of the one direct room of two users. */
export const pairKeyOf = (pair: readonly [string, string]) => pair.toSorted().join(' ');

/** Everything that a user's rights in a room follow from, and the room itself. */
export interface Standing {
  readonly id: string;
  readonly kind: RoomKind;
  /** '' for a direct room. */
  readonly name: string;
  readonly nameKey: string;
  readonly topic: string;
  readonly slowModeSeconds: number;
  /** Null for the server's own room. */
  readonly createdBy: string | null;
  /** The last seq that was given out. */
  readonly head: number;
  /** Null where the user is not a member. */
  readonly role: Role | null;
  readonly isBanned: boolean;
  /** Whether the user is an admin of the server. */
  readonly isAdmin: boolean;
}

export interface StandingRow extends Omit<
  RoomRow,
  'created_at' | 'last_pos' | 'last_activity_at' | 'member_count' | 'message_count' | 'pair_key'
> {
  role: Role | null;
  is_banned: 0 | 1;
  is_admin: 0 | 1;
}

export function toStanding(row: StandingRow): Standing {
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    nameKey: row.name_key,
    topic: row.topic,
    slowModeSeconds: row.slow_mode_seconds,
    createdBy: row.created_by,
    head: row.head,
    role: row.role,
    isBanned: row.is_banned === 1,
    isAdmin: row.is_admin === 1,
  };
}

/** A room as one user sees it, but for who is online. A direct room is named after the other one. */
export interface RoomForUser extends Omit<Room, 'onlineCount'> {
  readonly isBanned: boolean;
  /** The position of its last event in the server's log. */
  readonly lastPos: number;
}

export interface RoomForUserRow extends RoomRow {
  /** The room's name, or that of the other one in a direct room. */
  shown_name: string;
  role: Role | null;
  is_banned: 0 | 1;
  last_read_seq: number | null;
  unread_count: number;
  mention_count: number;
  notify: NotifyLevel;
}

export function toRoomForUser(row: RoomForUserRow): RoomForUser {
  return {
    id: row.id,
    kind: row.kind,
    name: row.shown_name,
    topic: row.topic,
    slowModeSeconds: row.slow_mode_seconds,
    createdAt: isoTime(row.created_at),
    createdBy: row.created_by,
    memberCount: row.member_count,
    lastSeq: row.head,
    lastActivityAt: isoTime(row.last_activity_at),
    role: row.role,
    lastReadSeq: row.last_read_seq ?? 0,
    unreadCount: row.unread_count,
    mentionCount: row.mention_count,
    notify: row.notify,
    isBanned: row.is_banned === 1,
    lastPos: row.last_pos,
  };
}

/** A member of a room. */
export interface MemberRecord extends User {
  readonly nameKey: string;
  readonly role: Role;
}

export const toMember = (row: UserRow & Pick<MembersTable, 'role'>): MemberRecord => ({
  ...toUser(row),
  nameKey: row.name_key,
  role: row.role,
});
