import type { LoggedEvent } from '../log-entry.ts';
import type { EventRow } from '../tables.ts';
import { toUser } from './accounts.ts';
import { toMessage, type AuthoredMessageRow } from './messages.ts';
import { isoTime, timeOf } from './time.ts';

/** The row of an event. Messages and users are stored elsewhere, as they are now. */
export function toEventRow(event: LoggedEvent, pos: number): EventRow {
  return {
    pos,
    room_id: event.roomId,
    seq: event.seq,
    type: event.type,
    at: timeOf(event.at),
    actor_id: event.actor?.id ?? null,
    target_seq: 'message' in event ? event.message.seq : null,
    user_id: 'user' in event ? event.user.id : null,
    data: dataOf(event),
  };
}

function dataOf(event: LoggedEvent): string | null {
  switch (event.type) {
    case 'room.created':
    case 'room.updated':
      return JSON.stringify({ room: event.room });
    case 'reaction.added':
    case 'reaction.removed':
      return JSON.stringify({ target: event.target, emoji: event.emoji });
    case 'member.joined':
    case 'member.updated':
      return JSON.stringify({ role: event.role });
    case 'member.left':
      return JSON.stringify({ role: event.role, reason: event.reason });
    case 'message.created':
    case 'message.edited':
    case 'message.deleted':
    case 'room.deleted':
      return null;
  }
}

/** An event with what is stored elsewhere joined to it. */
export interface ReplayRow extends Omit<EventRow, 'target_seq' | 'user_id'> {
  actor_name: string | null;
  actor_color: string | null;
  subject_id: string | null;
  subject_name: string | null;
  subject_color: string | null;
  subject_is_admin: 0 | 1 | null;
  subject_is_bot: 0 | 1 | null;
  subject_created_at: number | null;
  message_seq: number | null;
  author_id: string | null;
  author_name: string | null;
  author_color: string | null;
  text: string | null;
  reply_to: number | null;
  mentions: string | null;
  reactions: string | null;
  files: string | null;
  client_msg_id: string | null;
  created_at: number | null;
  edited_at: number | null;
  deleted_at: number | null;
}

/** The event as it is replayed now. `directName` names a direct room, which has no name of its own. */
export function toEvent(row: ReplayRow, directName: string | null = null): LoggedEvent {
  const event = {
    type: row.type,
    roomId: row.room_id,
    seq: row.seq,
    at: isoTime(row.at),
    actor: row.actor_id && { id: row.actor_id, name: row.actor_name, color: row.actor_color },
    ...(row.message_seq !== null && { message: toMessage(messageColumnsOf(row)) }),
    ...(row.subject_id !== null && { user: toUser(userColumnsOf(row)) }),
    ...(row.data !== null && (JSON.parse(row.data) as object)),
  } as LoggedEvent;
  return event.type === 'room.created' && directName !== null
    ? { ...event, room: { ...event.room, name: directName } }
    : event;
}

const messageColumnsOf = (row: ReplayRow): AuthoredMessageRow => ({
  room_id: row.room_id,
  seq: row.message_seq!,
  author_id: row.author_id!,
  author_name: row.author_name!,
  author_color: row.author_color!,
  text: row.text!,
  reply_to: row.reply_to,
  mentions: row.mentions,
  reactions: row.reactions,
  files: row.files,
  client_msg_id: row.client_msg_id,
  created_at: row.created_at!,
  edited_at: row.edited_at,
  deleted_at: row.deleted_at,
});

const userColumnsOf = (row: ReplayRow) => ({
  id: row.subject_id!,
  name: row.subject_name!,
  color: row.subject_color!,
  created_at: row.subject_created_at!,
  is_admin: row.subject_is_admin!,
  is_bot: row.subject_is_bot!,
});
