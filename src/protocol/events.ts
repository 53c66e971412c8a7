import { Type, type Static, type TSchema } from 'typebox';
import { schemaRef } from './schema-ref.ts';
import { Author, Emoji, Id, Message, Role, RoomSummary, Seq, Time, User } from './resources.ts';

/*
 * The events of WebSocket, SSE and polling. Durable events are the room's log, numbered 1, 2, 3 … in the order of
 * commit. Ephemeral events are not stored and have no seq.
 */

/** `message.created` -> `MessageCreated`: the name of an event in the documents. */
const idOfType = (type: string) =>
  type.replaceAll(/(?:^|\.)(\w)/g, (_, letter: string) => letter.toUpperCase());

const durable = <T extends string, P extends Record<string, TSchema>>(
  type: T,
  description: string,
  properties: P,
) =>
  Type.Object(
    {
      type: Type.Literal(type),
      roomId: Id,
      seq: Seq,
      at: Time,
      actor: Type.Union([schemaRef(Author), Type.Null()], {
        description: 'Who did it; null for the server',
      }),
      ...properties,
    },
    { $id: idOfType(type), description },
  );

const message = schemaRef(Message);
const room = schemaRef(RoomSummary);
const user = schemaRef(User);
const target = Type.Integer({ ...Seq, description: 'The seq of the message' });

export const durableEvents = {
  'room.created': durable('room.created', 'A room was created', { room }),
  'room.updated': durable('room.updated', 'A room has another name, topic or slow mode', { room }),
  'message.created': durable('message.created', 'A message was sent', { message }),
  'message.edited': durable('message.edited', 'The text of a message was changed', { message }),
  'message.deleted': durable('message.deleted', 'A message was deleted: its text is empty', {
    message,
  }),
  'reaction.added': durable('reaction.added', 'Somebody reacted to a message', {
    target,
    emoji: Emoji,
  }),
  'reaction.removed': durable('reaction.removed', 'Somebody took a reaction back', {
    target,
    emoji: Emoji,
  }),
  'member.joined': durable('member.joined', 'Somebody joined the room, or was added', {
    user,
    role: Role,
  }),
  'member.left': durable('member.left', 'Somebody left, or was removed or banned', {
    user,
    role: Role,
    reason: Type.Enum(['left', 'removed', 'banned']),
  }),
  'member.updated': durable('member.updated', 'A member has another role', { user, role: Role }),
} as const;

export type DurableType = keyof typeof durableEvents;
export type DurableEvent = {
  [K in DurableType]: Static<(typeof durableEvents)[K]>;
}[DurableType];

const ephemeral = <T extends string, P extends Record<string, TSchema>>(
  type: T,
  description: string,
  properties: P,
) =>
  Type.Object(
    { type: Type.Literal(type), roomId: Id, ...properties },
    { $id: idOfType(type), description },
  );

const count = (example: number) => Type.Integer({ minimum: 0, examples: [example] });

export const ephemeralEvents = {
  'presence.joined': ephemeral(
    'presence.joined',
    "Somebody's first connection to the room was opened; sent to the others",
    { user },
  ),
  'presence.left': ephemeral(
    'presence.left',
    "Somebody's last connection to the room was closed; sent to the others",
    { user },
  ),
  typing: ephemeral('typing', 'Somebody else is typing', { user }),
  /** It has no seq, since the room's log is gone. Streams replay it nevertheless. */
  'room.deleted': ephemeral(
    'room.deleted',
    'The room was deleted; it has no seq, since its log is gone',
    {},
  ),
  read: ephemeral('read', 'You have read the room on another connection', {
    lastReadSeq: count(42),
    unreadCount: count(0),
  }),
  mention: ephemeral('mention', 'Somebody mentioned you', { message }),
  /** Sent once to each connection. It belongs to no room. */
  'user.updated': Type.Object(
    { type: Type.Literal('user.updated'), user },
    {
      $id: idOfType('user.updated'),
      description:
        'A user has another name or colour, or other rights; sent to them, and to whoever shares a room with them',
    },
  ),
} as const;

export type EphemeralEvent = {
  [K in keyof typeof ephemeralEvents]: Static<(typeof ephemeralEvents)[K]>;
}[keyof typeof ephemeralEvents];

export type ChatEvent = DurableEvent | EphemeralEvent;
export type EventOf<T extends ChatEvent['type']> = Extract<ChatEvent, { type: T }>;
