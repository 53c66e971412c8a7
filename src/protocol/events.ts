import { Type, type Static, type TSchema } from 'typebox';
import type { ErrorCode } from './errors.ts';
import { ref } from './ref.ts';
import { Author, Emoji, Id, Message, Role, Room, RoomSummary, Seq, User } from './resources.ts';

/*
 * One vocabulary for WebSocket, SSE and polling. Numbered events are the room's log: durable, in
 * the order of commit, 1, 2, 3 … Passing ones are news of the moment: not stored, no seq.
 */

const numbered = <T extends string, P extends Record<string, TSchema>>(type: T, properties: P) =>
  Type.Object({
    type: Type.Literal(type),
    roomId: Id,
    seq: Seq,
    at: Type.String(),
    actor: Type.Union([ref(Author), Type.Null()]),
    ...properties,
  });

export const numberedEvents = {
  'room.created': numbered('room.created', { room: ref(RoomSummary) }),
  'room.updated': numbered('room.updated', { room: ref(RoomSummary) }),
  'message.created': numbered('message.created', { message: ref(Message) }),
  'message.edited': numbered('message.edited', { message: ref(Message) }),
  'message.deleted': numbered('message.deleted', { message: ref(Message) }),
  'reaction.added': numbered('reaction.added', { target: Seq, emoji: Emoji }),
  'reaction.removed': numbered('reaction.removed', { target: Seq, emoji: Emoji }),
  'member.joined': numbered('member.joined', { user: ref(User), role: Role }),
  'member.left': numbered('member.left', {
    user: ref(User),
    role: Role,
    reason: Type.Enum(['left', 'removed', 'banned']),
  }),
  'member.updated': numbered('member.updated', { user: ref(User), role: Role }),
} as const;

export type NumberedType = keyof typeof numberedEvents;
export type NumberedEvent = {
  [K in NumberedType]: Static<(typeof numberedEvents)[K]>;
}[NumberedType];

const passing = <T extends string, P extends Record<string, TSchema>>(type: T, properties: P) =>
  Type.Object({ type: Type.Literal(type), roomId: Id, ...properties });

export const passingEvents = {
  'presence.joined': passing('presence.joined', { user: ref(User) }),
  'presence.left': passing('presence.left', { user: ref(User) }),
  typing: passing('typing', { user: ref(User) }),
  /** Not numbered, for the room's log is gone; streams replay it all the same. */
  'room.deleted': passing('room.deleted', {}),
  /** To the other connections of the one who has read. */
  read: passing('read', {
    lastReadSeq: Type.Integer({ minimum: 0 }),
    unreadCount: Type.Integer({ minimum: 0 }),
  }),
  /** To the streams of the one who is mentioned. */
  mention: passing('mention', { message: ref(Message) }),
  /**
   * A user as they are now: another name or colour, or admin or no longer. Once to each connection of
   * whoever shares a room with them, and to their own. It is about no room.
   */
  'user.updated': Type.Object({ type: Type.Literal('user.updated'), user: ref(User) }),
} as const;

export type PassingEvent = {
  [K in keyof typeof passingEvents]: Static<(typeof passingEvents)[K]>;
}[keyof typeof passingEvents];

export type ChatEvent = NumberedEvent | PassingEvent;
export type EventOf<T extends ChatEvent['type']> = Extract<ChatEvent, { type: T }>;

/** What a WebSocket gets beside events. */
export type ServerFrame =
  | {
      type: 'welcome';
      room: Static<typeof Room>;
      me: User;
      online: User[];
      /** The room's last seq; one's own member.joined is counted. */
      head: number;
      /** Names the database: a cursor of another epoch means nothing here. */
      epoch: string;
    }
  | { type: 'live'; seq: number }
  | { type: 'reset'; head: number }
  | { type: 'ack'; ref?: string; seq: number; clientMsgId?: string; duplicate?: true }
  | { type: 'ack'; ref?: string; expiresAt: string }
  | { type: 'ack'; ref?: string; lastReadSeq: number; unreadCount: number }
  | { type: 'pong'; ref?: string }
  | { type: 'token_expiring'; expiresAt: string }
  | {
      type: 'error';
      code: ErrorCode;
      message: string;
      retryable: boolean;
      /** Seconds until it is worth trying again. */
      retryAfter?: number;
      ref?: string;
      clientMsgId?: string;
    };
