import { Type, type Static, type TSchema } from 'typebox';
import type { ErrorCode } from './errors.ts';
import { schemaRef } from './schema-ref.ts';
import { Author, Emoji, Id, Message, Role, Room, RoomSummary, Seq, User } from './resources.ts';

/*
 * The events of WebSocket, SSE and polling. Durable events are the room's log, numbered 1, 2, 3 … in the order of
 * commit. Ephemeral events are not stored and have no seq.
 */

const durable = <T extends string, P extends Record<string, TSchema>>(type: T, properties: P) =>
  Type.Object({
    type: Type.Literal(type),
    roomId: Id,
    seq: Seq,
    at: Type.String(),
    actor: Type.Union([schemaRef(Author), Type.Null()]),
    ...properties,
  });

export const durableEvents = {
  'room.created': durable('room.created', { room: schemaRef(RoomSummary) }),
  'room.updated': durable('room.updated', { room: schemaRef(RoomSummary) }),
  'message.created': durable('message.created', { message: schemaRef(Message) }),
  'message.edited': durable('message.edited', { message: schemaRef(Message) }),
  'message.deleted': durable('message.deleted', { message: schemaRef(Message) }),
  'reaction.added': durable('reaction.added', { target: Seq, emoji: Emoji }),
  'reaction.removed': durable('reaction.removed', { target: Seq, emoji: Emoji }),
  'member.joined': durable('member.joined', { user: schemaRef(User), role: Role }),
  'member.left': durable('member.left', {
    user: schemaRef(User),
    role: Role,
    reason: Type.Enum(['left', 'removed', 'banned']),
  }),
  'member.updated': durable('member.updated', { user: schemaRef(User), role: Role }),
} as const;

export type DurableType = keyof typeof durableEvents;
export type DurableEvent = {
  [K in DurableType]: Static<(typeof durableEvents)[K]>;
}[DurableType];

const ephemeral = <T extends string, P extends Record<string, TSchema>>(type: T, properties: P) =>
  Type.Object({ type: Type.Literal(type), roomId: Id, ...properties });

export const ephemeralEvents = {
  'presence.joined': ephemeral('presence.joined', { user: schemaRef(User) }),
  'presence.left': ephemeral('presence.left', { user: schemaRef(User) }),
  typing: ephemeral('typing', { user: schemaRef(User) }),
  /** It has no seq, since the room's log is gone. Streams replay it nevertheless. */
  'room.deleted': ephemeral('room.deleted', {}),
  /** Sent to the reader's other connections. */
  read: ephemeral('read', {
    lastReadSeq: Type.Integer({ minimum: 0 }),
    unreadCount: Type.Integer({ minimum: 0 }),
  }),
  /** Sent to the streams of the mentioned user. */
  mention: ephemeral('mention', { message: schemaRef(Message) }),
  /**
   * A user after a change of their name, colour or admin rights. Sent once to each of their connections, and to
   * those of everybody who shares a room with them. It belongs to no room.
   */
  'user.updated': Type.Object({ type: Type.Literal('user.updated'), user: schemaRef(User) }),
} as const;

export type EphemeralEvent = {
  [K in keyof typeof ephemeralEvents]: Static<(typeof ephemeralEvents)[K]>;
}[keyof typeof ephemeralEvents];

export type ChatEvent = DurableEvent | EphemeralEvent;
export type EventOf<T extends ChatEvent['type']> = Extract<ChatEvent, { type: T }>;

/** The frames of a WebSocket that are not events. */
export type ServerFrame =
  | {
      type: 'welcome';
      room: Static<typeof Room>;
      me: User;
      online: User[];
      /** The room's last seq, including the reader's own member.joined. */
      head: number;
      /** Identifies the database: a cursor of another epoch is not valid here. */
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
      /** Seconds until a retry may succeed. */
      retryAfter?: number;
      ref?: string;
      clientMsgId?: string;
    };
