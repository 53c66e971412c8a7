import { Type, type Static, type TSchema } from 'typebox';
import type { ErrorCode } from './errors.ts';
import { schemaRef } from './schema-ref.ts';
import { Author, Emoji, Id, Message, Role, Room, RoomSummary, Seq, User } from './resources.ts';

/*
 * One vocabulary for WebSocket, SSE and polling. Numbered events are the room's log: durable, in
 * the order of commit, 1, 2, 3 … Passing ones are news of the moment: not stored, no seq.
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
  /** Not numbered, for the room's log is gone; streams replay it all the same. */
  'room.deleted': ephemeral('room.deleted', {}),
  /** To the other connections of the one who has read. */
  read: ephemeral('read', {
    lastReadSeq: Type.Integer({ minimum: 0 }),
    unreadCount: Type.Integer({ minimum: 0 }),
  }),
  /** To the streams of the one who is mentioned. */
  mention: ephemeral('mention', { message: schemaRef(Message) }),
  /**
   * A user as they are now: another name or colour, or admin or no longer. Once to each connection of
   * whoever shares a room with them, and to their own. It is about no room.
   */
  'user.updated': Type.Object({ type: Type.Literal('user.updated'), user: schemaRef(User) }),
} as const;

export type EphemeralEvent = {
  [K in keyof typeof ephemeralEvents]: Static<(typeof ephemeralEvents)[K]>;
}[keyof typeof ephemeralEvents];

export type ChatEvent = DurableEvent | EphemeralEvent;
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
