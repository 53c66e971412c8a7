import { Type, type Static, type TSchema } from 'typebox';
import { MAX_FILE_NAME, MAX_NAME, MAX_TEXT } from './limits.ts';
import { MailSummaries } from './mail-summaries.ts';
import { schemaRef } from './schema-ref.ts';

/*
 * Patterns are compiled with the `u` flag, so a surrogate pair is one code point and the class \uD800-\uDFFF matches
 * lone surrogates only. SQLite would return those altered.
 */
export const NO_CONTROLS = '^[^\\u0000-\\u001F\\u007F-\\u009F\\uD800-\\uDFFF]*$';
/** Also excludes bidi controls: in a name, they would change the direction of the text around it. */
const NO_BIDI_CONTROLS =
  '^[^\\u0000-\\u001F\\u007F-\\u009F\\u061C\\u200E\\u200F\\u202A-\\u202E\\u2066-\\u2069\\uD800-\\uDFFF]*$';
const EMAIL_PART = '[^\\s@\\u0000-\\u001F\\u007F-\\u009F\\uD800-\\uDFFF]+';
const WELL_FORMED = '^[^\\u0000\\uD800-\\uDFFF]*$';

export const Id = Type.String({ minLength: 1, maxLength: 64, examples: ['kX3b9_RtQm0aZ7wE'] });
export const Seq = Type.Integer({
  minimum: 1,
  maximum: Number.MAX_SAFE_INTEGER,
  description: "An event's number in its room's log: 1, 2, 3 … without hole or repeat",
  examples: [42],
});
/** A seq to read after; 0 is before the first event. */
export const After = Type.Integer({
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
  examples: [41],
});
export const Time = Type.String({
  description: 'ISO 8601, UTC, with milliseconds',
  examples: ['2026-11-20T18:30:00.000Z'],
});
/** When a token expires. */
export const ExpiryTime = Type.Unsafe<string | null>({
  type: ['string', 'null'],
  description: 'Null for an API token that does not expire',
  examples: ['2026-11-20T18:30:00.000Z'],
});
/** What a database is identified by, in examples. */
export const EPOCH = 'Vb2pQ9s0LmNx4c1Y';
/**
 * Makes a schema nullable with one `type` list, which serialises faster than a union. Documents show it as null, or as
 * `example`.
 */
export const nullable = <T extends TSchema & { type: string }>(
  schema: T,
  example: unknown = null,
) => Type.Unsafe<Static<T> | null>({ ...schema, type: [schema.type, 'null'], examples: [example] });

/**
 * A name as the client sends it. The limit of 50 applies to the stored form (`chat/names.ts`), which may be shorter or
 * longer. This one only leaves room for any name of 50 letters with their marks.
 */
const NewName = Type.String({
  minLength: 1,
  maxLength: 250,
  pattern: NO_BIDI_CONTROLS,
  description:
    '1–50 characters after normalization (NFC, trimmed, single spaces), at least one of them visible',
});
const SAME_NAME = 'ignoring case, compatibility forms and invisible characters';
export const NewUserName = Type.String({ ...NewName, examples: ['Ana'] });
export const NewRoomName = Type.String({ ...NewName, examples: ['Kitchen'] });
const UserName = Type.String({
  minLength: 1,
  maxLength: MAX_NAME,
  description: `Unique on the server, ${SAME_NAME}`,
  examples: ['Ana'],
});
export const Color = Type.String({ pattern: '^#[0-9a-fA-F]{6}$', examples: ['#0f766e'] });
export const Email = Type.String({
  minLength: 3,
  maxLength: 254,
  pattern: `^\\s*${EMAIL_PART}@${EMAIL_PART}\\s*$`,
  examples: ['ana@example.org'],
});
/**
 * `chat/accounts.ts` checks the length in NFC, since bcrypt reads 72 bytes at most. 72 bytes are at most 36 such
 * letters, each of three characters at most when its marks are separate.
 */
export const Password = Type.String({
  minLength: 8,
  maxLength: 108,
  pattern: WELL_FORMED,
  description: '8 characters to 72 bytes, in NFC',
  examples: ['correct horse battery'],
});
const RoomName = Type.String({
  minLength: 1,
  maxLength: MAX_NAME,
  description: `Unique among public rooms, ${SAME_NAME}`,
  examples: ['Kitchen'],
});
export const Topic = Type.String({
  maxLength: 250,
  pattern: NO_CONTROLS,
  examples: ['What is for lunch?'],
});
export const Text = Type.String({
  minLength: 1,
  maxLength: MAX_TEXT,
  pattern: WELL_FORMED,
  description:
    'Any Unicode except NUL and lone surrogates, with something visible; delivered exactly as sent',
  examples: ['¡Hola! 👋'],
});
export const ClientMsgId = Type.String({
  minLength: 1,
  maxLength: 64,
  pattern: WELL_FORMED,
  description:
    'Identifies the message for its sender in its room: a repeated send stores it only once',
  examples: ['7f1c2e0a-first'],
});

/** One emoji, in any of its forms. No pattern that every engine supports could list them. */
export const EmojiToAdd = Type.String({
  minLength: 1,
  maxLength: 64,
  description: 'One emoji (UTS #51, RGI); variation selectors do not matter',
  examples: ['👍'],
});
/** An emoji as it is stored. */
export const Emoji = Type.String({ description: 'One emoji, fully qualified', examples: ['👍'] });
/** The longest pause of slow mode: six hours. */
const MAX_SLOW_MODE_SECONDS = 21_600;
export const SlowModeSeconds = Type.Integer({
  minimum: 0,
  maximum: MAX_SLOW_MODE_SECONDS,
  description: 'How many seconds a member waits between two messages; 0 turns slow mode off',
  examples: [0],
});

export const User = Type.Object(
  {
    id: Id,
    name: UserName,
    color: Color,
    createdAt: Time,
    isAdmin: Type.Boolean(),
    isBot: Type.Boolean({ description: 'Whether it is a program', examples: [false] }),
  },
  { $id: 'User', description: 'A user, as everybody on the server sees them' },
);
export type User = Static<typeof User>;

export const Me = Type.Object(
  {
    ...User.properties,
    email: nullable({ ...Email, description: 'Null if none' }, 'ana@example.org'),
    mailSummaries: MailSummaries,
    hasPassword: Type.Boolean({
      description: 'Whether it has a password; if not, somebody else signs it in',
      examples: [true],
    }),
  },
  { $id: 'Me', description: 'The account of the caller' },
);
export type Me = Static<typeof Me>;

export const Author = Type.Object(
  { id: Id, name: UserName, color: Color },
  { $id: 'Author', description: 'Who did something: what a line of chat shows of a user' },
);
export type Author = Static<typeof Author>;

export const Session = Type.Object(
  {
    token: Type.String({
      description: 'A JWT (HS256)',
      examples: ['eyJhbGciOiJIUzI1NiJ9.e30.sig'],
    }),
    expiresAt: Time,
    user: schemaRef(Me),
  },
  { $id: 'Session', description: 'A token, when it expires, and whose it is' },
);
export type Session = Static<typeof Session>;

export const UpdatedMe = Type.Object(
  {
    ...Me.properties,
    token: Type.Optional(Session.properties.token),
    expiresAt: Type.Optional(Time),
  },
  {
    $id: 'UpdatedMe',
    description: 'The account of the caller, and the new token if the password was changed',
  },
);
export type UpdatedMe = Static<typeof UpdatedMe>;

export const SessionInfo = Type.Object(
  {
    id: Id,
    createdAt: Time,
    lastUsedAt: Time,
    userAgent: Type.String({ examples: ['curl/8.5.0'] }),
    current: Type.Boolean({ description: 'Whether it is the session of this request' }),
  },
  { $id: 'SessionInfo', description: 'A session: one sign-in of the caller' },
);
export type SessionInfo = Static<typeof SessionInfo>;

export const Ticket = Type.Object(
  {
    ticket: Type.String({ examples: ['ticket-kX3b9_RtQm0aZ7wE'] }),
    expiresAt: Time,
  },
  {
    $id: 'Ticket',
    description: 'Opens one socket or stream, so the URL need not contain the token',
  },
);
export type Ticket = Static<typeof Ticket>;

export const RoomKind = Type.Enum(['public', 'private', 'direct']);
export type RoomKind = Static<typeof RoomKind>;

export const Role = Type.Enum(['owner', 'moderator', 'member']);
export type Role = Static<typeof Role>;

/** A room in events: the same for everybody. */
export const RoomSummary = Type.Object(
  {
    id: Id,
    kind: RoomKind,
    name: RoomName,
    topic: Topic,
    slowModeSeconds: SlowModeSeconds,
  },
  { $id: 'RoomSummary', description: 'A room, the same for everybody' },
);
export type RoomSummary = Static<typeof RoomSummary>;

export const NotifyLevel = Type.Enum(['all', 'mentions', 'none'], {
  description:
    'Which messages of others notify you while you are away: all, those that mention you, or none',
  examples: ['all'],
});
export type NotifyLevel = Static<typeof NotifyLevel>;

export const Room = Type.Object(
  {
    ...RoomSummary.properties,
    createdAt: Time,
    createdBy: nullable(Id, 'kX3b9_RtQm0aZ7wE'),
    memberCount: Type.Integer({ minimum: 0, examples: [3] }),
    onlineCount: Type.Integer({ minimum: 0, examples: [2] }),
    lastSeq: Type.Integer({ minimum: 0, examples: [42] }),
    lastActivityAt: Time,
    role: Type.Unsafe<Role | null>({ enum: [...Role.enum, null], examples: ['member'] }),
    lastReadSeq: Type.Integer({ minimum: 0, examples: [40] }),
    unreadCount: Type.Integer({ minimum: 0, examples: [2] }),
    mentionCount: Type.Integer({ minimum: 0, examples: [0] }),
    notify: NotifyLevel,
  },
  { $id: 'Room', description: 'A room, as the caller sees it' },
);
export type Room = Static<typeof Room>;

export const Member = Type.Object(
  { ...User.properties, role: Role, online: Type.Boolean() },
  { $id: 'Member', description: 'A member of a room' },
);
export type Member = Static<typeof Member>;

const Reaction = Type.Object({ emoji: Emoji, userIds: Type.Array(Id) });
export type Reaction = Static<typeof Reaction>;

/** The longest description of a file, in Unicode code points. */
const MAX_ALT = 500;

export const Alt = Type.String({
  minLength: 1,
  maxLength: MAX_ALT,
  pattern: WELL_FORMED,
  description: 'What a file shows, for those who cannot see it',
  examples: ['A cat asleep on a red sofa'],
});

export const FileInfo = Type.Object(
  {
    id: Id,
    name: Type.String({
      minLength: 1,
      maxLength: MAX_FILE_NAME,
      description: 'As its sender named it; it is no path',
      examples: ['cat.jpg'],
    }),
    type: Type.String({
      description: 'Its media type, found from its bytes',
      examples: ['image/jpeg'],
    }),
    size: Type.Integer({ minimum: 0, description: 'In bytes', examples: [48_211] }),
    width: nullable(
      Type.Integer({ minimum: 1, description: 'In pixels; null for all but pictures' }),
      1600,
    ),
    height: nullable(Type.Integer({ minimum: 1 }), 1200),
    alt: nullable(Alt),
    createdAt: Time,
  },
  { $id: 'File', description: 'A picture or another file' },
);
export type FileInfo = Static<typeof FileInfo>;

export const Message = Type.Object(
  {
    roomId: Id,
    seq: Seq,
    author: schemaRef(Author),
    text: Type.String({ maxLength: MAX_TEXT, examples: ['¡Hola! 👋'] }),
    replyTo: nullable(Seq),
    mentions: Type.Array(Id, { examples: [[]] }),
    reactions: Type.Array(Reaction),
    files: Type.Array(schemaRef(FileInfo), { examples: [[]] }),
    clientMsgId: nullable(ClientMsgId),
    createdAt: Time,
    editedAt: nullable(Time),
    deletedAt: nullable(Time),
  },
  { $id: 'Message', description: 'A message, identified by its room and its seq' },
);
export type Message = Static<typeof Message>;

export const nextCursor = Type.Unsafe<string | null>({
  type: ['string', 'null'],
  description: 'Pass it as `cursor` to get the next page; null on the last page',
  examples: [null],
});

export const RoomPage = Type.Object({ rooms: Type.Array(schemaRef(Room)), nextCursor });
export type RoomPage = Static<typeof RoomPage>;

export const MemberPage = Type.Object({ users: Type.Array(schemaRef(Member)), nextCursor });
export type MemberPage = Static<typeof MemberPage>;

export const MessagePage = Type.Object({
  messages: Type.Array(schemaRef(Message)),
  hasMore: Type.Boolean(),
});
export type MessagePage = Static<typeof MessagePage>;
