import { Type, type Static, type TSchema } from 'typebox';
import { closed, optional } from './inputs.ts';
import { MAX_FILES } from './limits.ts';
import { SummaryLanguage } from './mail-summaries.ts';
import {
  Alt,
  ClientMsgId,
  Color,
  Email,
  NewRoomName,
  NewUserName,
  NO_CONTROLS,
  NotifyLevel,
  Role,
  RoomKind,
  Seq,
  SlowModeSeconds,
  Text,
  Topic,
} from './resources.ts';

/*
 * An export: a folder of files in JSON Lines, one object a line. docs/export.md explains it. What another program
 * writes may leave out whatever is optional here.
 */

/** The version of this format. */
export const EXPORT_FORMAT = 1;

/** The id that the exporting program uses. */
const Id = Type.String({ minLength: 1, maxLength: 64, pattern: NO_CONTROLS });
/** It is the name of the file in `files/`, so it can be no other path. */
const FileId = Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' });
const Time = Type.String({
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?(Z|[+-]\\d\\d:\\d\\d)$',
  description: 'ISO 8601 with a time zone',
});
const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const Ids = Type.Array(Id, { maxItems: 10_000 });

export const UserLine = Type.Object(
  {
    id: Id,
    /** Bots have none, nor does everybody whom an OpenID provider or a host application signs in. */
    email: optional(Email),
    name: NewUserName,
    color: optional(Color),
    isAdmin: optional(Type.Boolean()),
    isBot: optional(Type.Boolean()),
    /** The owner has deleted it: it has neither an email nor a name of its own. */
    deletedAt: optional(Time),
    isDisabled: optional(Type.Boolean()),
    createdAt: optional(Time),
    /** The language of summaries by mail; left out where they are off. */
    mailSummaries: optional(SummaryLanguage),
    passwordHash: optional(
      Type.String({
        pattern: '^\\$2[aby]\\$(0[4-9]|1[0-5])\\$[./A-Za-z0-9]{53}$',
        description: 'bcrypt',
      }),
    ),
  },
  closed,
);
export type UserLine = Static<typeof UserLine>;

export const BlockLine = Type.Object(
  { userId: Id, blockedId: Id, createdAt: optional(Time) },
  closed,
);
export type BlockLine = Static<typeof BlockLine>;

export const RoomLine = Type.Object(
  {
    id: Id,
    kind: optional(RoomKind),
    name: optional(Type.String({ ...NewRoomName, minLength: 0 })),
    topic: optional(Topic),
    slowModeSeconds: optional(SlowModeSeconds),
    createdAt: optional(Time),
    createdBy: optional(Id),
    /** The two of a direct room. */
    userIds: optional(Type.Array(Id, { minItems: 2, maxItems: 2, uniqueItems: true })),
  },
  closed,
);
export type RoomLine = Static<typeof RoomLine>;

export const BanLine = Type.Object({ roomId: Id, userId: Id, bannedAt: optional(Time) }, closed);
export type BanLine = Static<typeof BanLine>;

export const NotifyLine = Type.Object({ roomId: Id, userId: Id, level: NotifyLevel }, closed);
export type NotifyLine = Static<typeof NotifyLine>;

export const FileLine = Type.Object(
  {
    id: FileId,
    roomId: Id,
    userId: Id,
    name: Type.String({ maxLength: 1024 }),
    size: optional(Count),
    width: optional(Type.Integer({ minimum: 1 })),
    height: optional(Type.Integer({ minimum: 1 })),
    createdAt: optional(Time),
    sha256: optional(Type.String({ pattern: '^[0-9a-f]{64}$' })),
    /** Its bytes were gone when it was exported. */
    isMissing: optional(Type.Boolean()),
  },
  closed,
);
export type FileLine = Static<typeof FileLine>;

const inLog = { roomId: Id, seq: Seq, at: Time, actorId: optional(Id) };
const event = <T extends string, P extends Record<string, TSchema>>(type: T, more: P) =>
  Type.Object({ type: Type.Literal(type), ...inLog, ...more }, closed);
const room = Type.Object(
  {
    id: Id,
    kind: RoomKind,
    name: Type.String({ ...NewRoomName, minLength: 0 }),
    topic: Topic,
    slowModeSeconds: SlowModeSeconds,
  },
  closed,
);
const ofMessage = { messageSeq: Seq };
const ofReaction = { target: Seq, emoji: Type.String({ minLength: 1, maxLength: 64 }) };
const ofMember = { userId: Id, role: Role };

/** The lines of the log by their types: what an event carries beside the message or the user it is about. */
export const eventLines = {
  'room.created': event('room.created', { room }),
  'room.updated': event('room.updated', { room }),
  'message.created': event('message.created', ofMessage),
  'message.edited': event('message.edited', ofMessage),
  'message.deleted': event('message.deleted', ofMessage),
  'reaction.added': event('reaction.added', ofReaction),
  'reaction.removed': event('reaction.removed', ofReaction),
  'member.joined': event('member.joined', ofMember),
  'member.updated': event('member.updated', ofMember),
  'member.left': event('member.left', {
    ...ofMember,
    reason: Type.Enum(['left', 'removed', 'banned']),
  }),
};
export type EventLine = Static<(typeof eventLines)[keyof typeof eventLines]>;

export const MemberLine = Type.Object(
  {
    roomId: Id,
    userId: Id,
    role: optional(Role),
    joinedAt: optional(Time),
    /** The seq of the member.joined since which they belong to the room. */
    joinedSeq: optional(Seq),
    lastReadSeq: optional(Count),
  },
  closed,
);
export type MemberLine = Static<typeof MemberLine>;

export const MessageLine = Type.Object(
  {
    roomId: Id,
    seq: optional(Seq),
    authorId: Id,
    text: Type.String({ ...Text, minLength: 0 }),
    createdAt: Time,
    replyTo: optional(Seq),
    /** Found in the text where it is left out. */
    mentions: optional(Ids),
    /** Those of the mentioned whose counts of mentions count it; where left out, as for a new message. */
    alerts: optional(Ids),
    reactions: optional(
      Type.Array(
        Type.Object(
          {
            emoji: Type.String({ minLength: 1, maxLength: 64 }),
            userIds: Type.Array(Id, { minItems: 1, maxItems: 10_000, uniqueItems: true }),
          },
          closed,
        ),
        { maxItems: 50 },
      ),
    ),
    files: optional(
      Type.Array(Type.Object({ id: FileId, alt: optional(Alt) }, closed), {
        maxItems: MAX_FILES,
      }),
    ),
    clientMsgId: optional(ClientMsgId),
    /** SHA-256, in hexadecimal, of what was first sent under this clientMsgId, where it was changed since. */
    clientHash: optional(Type.String({ pattern: '^[0-9a-f]{64}$' })),
    editedAt: optional(Time),
    deletedAt: optional(Time),
  },
  closed,
);
export type MessageLine = Static<typeof MessageLine>;

/** The files of an export in the order in which they are imported. */
export const EXPORT_FILES = [
  'users.jsonl',
  'blocks.jsonl',
  'rooms.jsonl',
  'bans.jsonl',
  'notify-levels.jsonl',
  'files.jsonl',
  'events.jsonl',
  'members.jsonl',
  'messages.jsonl',
] as const;
export type ExportFile = (typeof EXPORT_FILES)[number];

/** What `manifest.json` says: it is written last. */
export const ExportManifest = Type.Object({
  format: Type.Literal(EXPORT_FORMAT),
  /** The version of Charla that made it. */
  charla: Type.String(),
  createdAt: Type.String(),
  hasPasswords: Type.Boolean(),
  /** Of each file of lines. */
  lines: Type.Record(
    Type.Enum([...EXPORT_FILES]),
    Type.Object({ count: Count, sha256: Type.String() }),
  ),
  files: Type.Object({
    count: Count,
    /** Thumbnails not counted. */
    bytes: Count,
    /** Files whose bytes were gone. */
    missing: Count,
  }),
});
export type ExportManifest = Static<typeof ExportManifest>;
