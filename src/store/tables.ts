import type { ColumnType, Insertable, Selectable } from 'kysely';
import type { AuditTable, ResetTokensTable } from './administration-tables.ts';
import type { SummaryLanguage } from '../protocol/mail-summaries.ts';
import type { NotifyLevel, Role, RoomKind } from '../protocol/resources.ts';
import type { OutgoingHooksTable } from './hook-tables.ts';

/*
 * The tables as queries see them. Times are milliseconds since 1970. Flags are 1 and 0, since SQLite binds no
 * booleans. `…_key` columns hold the form by which a value is unique, `…_search` columns the form that is searched.
 */

/** Facts about this database; queries/meta.ts explains the keys. */
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
  name_search: ColumnType<string, string | undefined, string>;
  color: string;
  password_hash: string;
  is_admin: 0 | 1;
  /** A program. It has no email ('' here), and no password: its hash matches nothing. */
  is_bot: ColumnType<0 | 1, 0 | 1 | undefined>;
  /** A disabled account has no sessions and cannot open any. */
  is_disabled: ColumnType<0 | 1, 0 | 1 | undefined>;
  created_at: number;
  /** When its owner deleted it; null for an account that is in use. */
  deleted_at: ColumnType<number | null, number | null | undefined, number>;
  /** The language of summaries by mail; null where they are off. */
  summary_language: ColumnType<SummaryLanguage | null, SummaryLanguage | null | undefined>;
  /** The position of the log up to which they have told what was missed. */
  summary_pos: ColumnType<number, number | undefined>;
  /** The next one is not sent before. */
  summary_due_at: ColumnType<number, number | undefined>;
  /** Whether whoever reads the mails of the email has said that they want them. */
  summary_confirmed: ColumnType<0 | 1, 0 | 1 | undefined>;
}

/** Sessions that have not ended. */
interface SessionsTable {
  id: string;
  user_id: string;
  user_agent: string;
  created_at: number;
  last_used_at: number;
  /** When its newest token expires. */
  expires_at: number;
  /** SHA-256 of an API token, which is a session of its own; null for a sign-in. */
  token_hash: ColumnType<string | null, string | null | undefined, never>;
  token_name: ColumnType<string | null, string | null | undefined, never>;
}

/** Addresses from which a user has signed in, where guesses of others do not lock them out. */
interface KnownAddressesTable {
  user_id: string;
  address_hash: string;
  last_used_at: number;
}

/** Incoming webhooks. Each has the name of its bot, and a URL that ends with the secret. */
interface IncomingHooksTable {
  id: string;
  room_id: string;
  bot_id: string;
  secret_hash: string;
  created_by: string;
  created_at: number;
  last_used_at: ColumnType<number | null, number | null | undefined, number>;
}

/** The kind of a deleted room that is being purged. */
export type DeletedKind = `deleted ${RoomKind}`;

interface RoomsTable {
  id: string;
  /** A `DeletedKind` while a deleted room is being purged: no query for rooms finds it. */
  kind: ColumnType<RoomKind, RoomKind, RoomKind | DeletedKind>;
  name: string;
  name_key: string;
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
  /** Messages ever sent here, including deleted ones. */
  message_count: ColumnType<number, number | undefined, number>;
  /** The sorted ids of the two users of a direct room; null for other rooms. */
  pair_key: string | null;
}

export interface MembersTable {
  room_id: string;
  user_id: string;
  role: Role;
  joined_at: number;
  /** The log position of the member.joined, from which on the member receives the room's events. */
  joined_pos: number;
  last_read_seq: number;
  /** A copy of the user's, by which a room's members are listed. */
  name_key: string;
}

/** Users who may not return to a room. They are not members of it. */
interface BansTable {
  room_id: string;
  user_id: string;
  banned_at: number;
}

/** Users from whom a user takes no messages. */
interface BlocksTable {
  /** The user who blocks. */
  user_id: string;
  blocked_id: string;
  created_at: number;
}

/** The members of a deleted room, who have yet to receive its deletion. */
interface DeletedRoomMembersTable {
  room_id: string;
  user_id: string;
}

/** What a user has chosen to be notified of in a room; without a row, the room's default. */
interface NotifyLevelsTable {
  user_id: string;
  room_id: string;
  level: NotifyLevel;
}

/** The browsers that are notified while their pages are closed (Web Push). */
interface PushSubscriptionsTable {
  /** A hash of the endpoint: a browser has one account at a time. */
  id: string;
  user_id: string;
  /** The session that made it, and that it ends with. */
  session_id: string;
  endpoint: string;
  /** The browser's public key and secret (RFC 8291), in base64url. */
  p256dh: string;
  auth: string;
  /** When the push service ends it; null where it did not say. */
  expires_at: number | null;
  /** Since when it is this user's: it is notified of nothing earlier. */
  created_at: number;
}

/** Links that let people in. One that has ended stays for a while, to say why. */
interface InvitesTable {
  /** Random, and all that somebody needs to get in. */
  code: string;
  /** Null for one that only lets register. */
  room_id: string | null;
  created_by: string;
  created_at: number;
  expires_at: number;
  revoked_at: ColumnType<number | null, null | undefined, number>;
  /** Null for any number. */
  max_uses: number | null;
  uses: ColumnType<number, 0, number>;
}

/** Mentions that mention counts count: not those of the author themselves. */
interface MentionsTable {
  user_id: string;
  room_id: string;
  seq: number;
}

/**
 * The log: one row for each durable event of each room. Rows never change. `pos` orders the events of all rooms,
 * `seq` those of one; both follow the order of commit.
 */
interface EventsTable {
  pos: number;
  room_id: string;
  seq: number;
  type: string;
  at: number;
  actor_id: string | null;
  /** The seq of the message that a message.* event is about. */
  target_seq: number | null;
  /** The user of a member.* event. */
  user_id: string | null;
  /** JSON: what the event carries beyond these columns. */
  data: string | null;
}

/** Messages as they are now; the log has that they were sent, under the same seq. */
interface MessagesTable {
  room_id: string;
  seq: number;
  author_id: string;
  text: string;
  reply_to: number | null;
  /** The number of the message among those of the room, and among its author's there: 1, 2, 3 … */
  nth: number;
  author_nth: number;
  /** JSON: the ids of the users it mentions; null for nobody. */
  mentions: string | null;
  /** JSON: `[{ emoji, userIds }]`, in the order of the first reaction of each; null for none. */
  reactions: ColumnType<string | null, string | null | undefined, string | null>;
  /** JSON: its files, as readers receive them; null for none. */
  files: string | null;
  client_msg_id: string | null;
  /**
   * SHA-256 of the text, replyTo and files as first sent, to compare a repeated send with; null while the message
   * is unchanged.
   */
  client_hash: ColumnType<Uint8Array | null, Uint8Array | null | undefined>;
  created_at: number;
  edited_at: ColumnType<number | null, number | null | undefined, number>;
  deleted_at: ColumnType<number | null, number | null | undefined, number>;
}

/** The files in FILES_DIR. A row never changes, except for the message that it is sent with. */
interface FilesTable {
  id: string;
  room_id: string;
  /** Who uploaded it. */
  user_id: string;
  /** The message that carries it; null until it is sent. */
  seq: ColumnType<number | null, null | undefined, number>;
  name: string;
  /** Its media type, found from its bytes. */
  type: string;
  /** In bytes, as it is stored. */
  size: number;
  /** In pixels; null for all but pictures. */
  width: number | null;
  height: number | null;
  created_at: number;
}

/** Files whose rows were deleted, and that may still be in FILES_DIR. */
interface FileRemovalsTable {
  file_id: string;
}

/**
 * SQLite's index of words (FTS5), by the pos of each message's message.created. It can be searched and written, but
 * not read back.
 */
interface MessagesSearchTable {
  rowid: ColumnType<number, number | null, never>;
  words: ColumnType<string, string | undefined, never>;
  /** The room's id, and the word `public` for a public room. */
  rooms: ColumnType<string, string | undefined, never>;
  /** Takes commands to FTS5. */
  messages_search: ColumnType<never, string | undefined, never>;
  rank: ColumnType<never, number | undefined, never>;
}

/** What the index of words has of a message that has been edited or deleted since. */
interface SearchRemovalsTable {
  /** The pos of its message.created. */
  pos: number;
  /** The text that was indexed; '' once its words are known. */
  text: string;
  /** Its words that are still in the index, each once, separated by single spaces; null at first. */
  words: ColumnType<string | null, never, string>;
  /** The `rooms` of its entry in the index. */
  rooms: string;
  /** The length of `text` in characters, or the number of `words`: the smallest is removed first. */
  size: number;
}

/** People as OpenID providers and host applications know them, and the users that they are here. */
interface IdentitiesTable {
  issuer: string;
  subject: string;
  user_id: string;
  /** Whether the issuer vouched for the email that the account was found by or made with. */
  is_verified: 0 | 1;
  created_at: number;
}

/** Tokens of a host application that were used: each has a session, and none once that has ended. */
interface HostTokensTable {
  session_id: string;
  user_id: string;
  /** When the token can no longer be used, whatever the clock of its issuer. */
  expires_at: number;
}

export interface Database {
  meta: MetaTable;
  users: UsersTable;
  sessions: SessionsTable;
  known_addresses: KnownAddressesTable;
  reset_tokens: ResetTokensTable;
  incoming_hooks: IncomingHooksTable;
  rooms: RoomsTable;
  members: MembersTable;
  bans: BansTable;
  blocks: BlocksTable;
  deleted_room_members: DeletedRoomMembersTable;
  notify_levels: NotifyLevelsTable;
  push_subscriptions: PushSubscriptionsTable;
  invites: InvitesTable;
  outgoing_hooks: OutgoingHooksTable;
  mentions: MentionsTable;
  events: EventsTable;
  messages: MessagesTable;
  files: FilesTable;
  file_removals: FileRemovalsTable;
  audit: AuditTable;
  messages_search: MessagesSearchTable;
  search_removals: SearchRemovalsTable;
  identities: IdentitiesTable;
  host_tokens: HostTokensTable;
}

export type UserRow = Selectable<UsersTable>;
export type NewUserRow = Insertable<UsersTable>;
export type SessionRow = Selectable<SessionsTable>;
export type RoomRow = Selectable<RoomsTable>;
export type InviteRow = Selectable<InvitesTable>;
export type MessageRow = Selectable<MessagesTable>;
/** All that is known of a message when it is sent. */
export type NewMessageRow = Required<
  Omit<Insertable<MessagesTable>, 'client_hash' | 'reactions' | 'edited_at' | 'deleted_at'>
>;
export type FileRow = Selectable<FilesTable>;
export type EventRow = Selectable<EventsTable>;
