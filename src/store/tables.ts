import type { ColumnType, Insertable, Selectable } from 'kysely';
import type { Role, RoomKind } from '../protocol/resources.ts';

/*
 * The tables as queries see them. Times are milliseconds since 1970, yes and no are 1 and 0
 * (SQLite binds no booleans), `…_key` columns hold the case-folded form that is unique.
 */

/** Facts about this database: `epoch` names it, `setup_code` is what makes its admin while it has none. */
interface MetaTable {
  key: string;
  value: string;
}

interface UsersTable {
  id: string;
  email: string;
  email_key: string;
  name: string;
  name_key: string;
  /** What the name is searched in (name-search.ts). */
  name_search: ColumnType<string, string | undefined, string>;
  color: string;
  password_hash: string;
  is_admin: 0 | 1;
  /** A disabled account has no sessions, and can open none. */
  is_disabled: ColumnType<0 | 1, 0 | 1 | undefined>;
  created_at: number;
}

/** A session that has ended has no row. */
interface SessionsTable {
  id: string;
  user_id: string;
  user_agent: string;
  created_at: number;
  last_used_at: number;
  /** When its newest token expires. */
  expires_at: number;
}

/** Addresses from which a user has signed in: others' guesses do not keep them out there. */
interface KnownAddressesTable {
  user_id: string;
  address_hash: string;
  last_used_at: number;
}

/** What is left of a deleted room, and what it was. */
export type DeletedKind = `deleted ${RoomKind}`;

interface RoomsTable {
  id: string;
  /** Another word while what a deleted room held is being taken away: no query for rooms finds it. */
  kind: ColumnType<RoomKind, RoomKind, RoomKind | DeletedKind>;
  name: string;
  name_key: string;
  /** What the name is searched in (name-search.ts). */
  name_search: ColumnType<string, string | undefined, string>;
  topic: string;
  slow_mode_seconds: number;
  created_at: number;
  /** Null for the server's own room. */
  created_by: string | null;
  /** The last seq that was given out. */
  head: number;
  /** The position of that event in the log of the whole server. */
  last_pos: number;
  last_activity_at: number;
  member_count: number;
  /** Messages ever sent here, deleted ones too. */
  message_count: ColumnType<number, number | undefined, number>;
  /** The ids of the two who share a direct room, in order; null elsewhere. */
  pair_key: string | null;
}

export interface MembersTable {
  room_id: string;
  user_id: string;
  role: Role;
  joined_at: number;
  /** The log position of the member.joined, from which on this member may be told of the room. */
  joined_pos: number;
  last_read_seq: number;
  /** The member's, as in `users`: by it a room's members are listed. */
  name_key: string;
}

/** Who may not come back to a room. They are no members of it. */
interface BansTable {
  room_id: string;
  user_id: string;
  banned_at: number;
}

/** Whom somebody takes no messages from. */
interface BlocksTable {
  /** Who has blocked. */
  user_id: string;
  blocked_id: string;
  created_at: number;
}

/** The members of a deleted room, who have yet to receive its deletion. */
interface DeletedRoomMembersTable {
  room_id: string;
  user_id: string;
}

/** Messages that mention somebody other than their author: what a mention count counts. */
interface MentionsTable {
  user_id: string;
  room_id: string;
  seq: number;
}

/**
 * The log: one row for each numbered event of each room, never changed. `pos` orders them over all
 * rooms, `seq` within one; both follow the order of commit.
 */
interface EventsTable {
  pos: number;
  room_id: string;
  seq: number;
  type: string;
  at: number;
  actor_id: string | null;
  /** The seq of the message that it is about; null where it is not about one. */
  target_seq: number | null;
  /** Whom a member.* event is about. */
  user_id: string | null;
  /** JSON: what its type carries beyond the columns. */
  data: string | null;
}

/** Messages as they are now; that they were sent is in the log, under the same seq. */
interface MessagesTable {
  room_id: string;
  seq: number;
  author_id: string;
  text: string;
  reply_to: number | null;
  /** Which message of the room this is, and which of its author's there: 1, 2, 3 … */
  nth: number;
  author_nth: number;
  /** JSON: the ids of those it mentions; null where it mentions nobody. */
  mentions: string | null;
  /** JSON: `[{ emoji, userIds }]`, in the order of the first of each; null where there are none. */
  reactions: ColumnType<string | null, string | null | undefined, string | null>;
  client_msg_id: string | null;
  /**
   * SHA-256 of the text and replyTo as first sent, which tells a repeat from a mismatch for ever; null
   * while the message still says that itself.
   */
  client_hash: ColumnType<Uint8Array | null, Uint8Array | null | undefined>;
  created_at: number;
  edited_at: ColumnType<number | null, number | null | undefined, number>;
  deleted_at: ColumnType<number | null, number | null | undefined, number>;
}

/**
 * The index of words (FTS5), by the pos of each message's message.created. It can be searched and
 * written; what it was given cannot be read back.
 */
interface MessagesSearchTable {
  rowid: ColumnType<number, number | null, never>;
  words: ColumnType<string, string | undefined, never>;
  /** Where it was said: the room's id, and `public` if anybody may read there. */
  rooms: ColumnType<string, string | undefined, never>;
  /** Commands to FTS5 itself. */
  messages_search: ColumnType<never, string | undefined, never>;
  rank: ColumnType<never, number | undefined, never>;
}

/** What the index of words holds of a message that says something else now, or nothing any more. */
interface SearchRemovalsTable {
  /** Of its message.created. */
  pos: number;
  /** What was said; '' once its words are known. */
  text: string;
  /** The words that are still in the index, each once, separated by single spaces; null at first. */
  words: ColumnType<string | null, never, string>;
  /** Where it was said, as the index has it. */
  rooms: string;
  /** How many characters that is, or words: the least goes first. */
  size: number;
}

export interface Database {
  meta: MetaTable;
  users: UsersTable;
  sessions: SessionsTable;
  known_addresses: KnownAddressesTable;
  rooms: RoomsTable;
  members: MembersTable;
  bans: BansTable;
  blocks: BlocksTable;
  deleted_room_members: DeletedRoomMembersTable;
  mentions: MentionsTable;
  events: EventsTable;
  messages: MessagesTable;
  messages_search: MessagesSearchTable;
  search_removals: SearchRemovalsTable;
}

export type UserRow = Selectable<UsersTable>;
export type NewUserRow = Insertable<UsersTable>;
export type SessionRow = Selectable<SessionsTable>;
export type RoomRow = Selectable<RoomsTable>;
export type MessageRow = Selectable<MessagesTable>;
/** All that is known of a message when it is sent. */
export type NewMessageRow = Required<
  Omit<Insertable<MessagesTable>, 'client_hash' | 'reactions' | 'edited_at' | 'deleted_at'>
>;
export type EventRow = Selectable<EventsTable>;
