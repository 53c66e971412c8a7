import { Type, type Static, type TSchema } from 'typebox';
import type { ErrorCode } from './errors.ts';
import { ref } from './ref.ts';
import { Author, Id, Message, Role, Room, RoomSummary, Seq, User } from './resources.ts';

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
  'message.created': numbered('message.created', { message: ref(Message) }),
  'message.edited': numbered('message.edited', { message: ref(Message) }),
  'message.deleted': numbered('message.deleted', { message: ref(Message) }),
  'member.joined': numbered('member.joined', { user: ref(User), role: Role }),
  'member.left': numbered('member.left', {
    user: ref(User),
    role: Role,
    reason: Type.Enum(['left', 'removed', 'banned']),
  }),
} as const;

export type NumberedType = keyof typeof numberedEvents;
export type NumberedEvent = {
  [K in NumberedType]: Static<(typeof numberedEvents)[K]>;
}[NumberedType];

const passing = <T extends string>(type: T) =>
  Type.Object({ type: Type.Literal(type), roomId: Id, user: ref(User) });

export const passingEvents = {
  'presence.joined': passing('presence.joined'),
  'presence.left': passing('presence.left'),
  typing: passing('typing'),
} as const;

export type PassingEvent = {
  [K in keyof typeof passingEvents]: Static<(typeof passingEvents)[K]>;
}[keyof typeof passingEvents];

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
  | { type: 'pong'; ref?: string }
  | { type: 'token_expiring'; expiresAt: string }
  | {
      type: 'error';
      code: ErrorCode;
      message: string;
      retryable: boolean;
      ref?: string;
      clientMsgId?: string;
    };
