import type { FileInfo, Message, Reaction } from '../../protocol/resources.ts';
import type { MessageRow, NewMessageRow } from '../tables.ts';
import { isoTime, isoTimeOrNull } from './time.ts';

/** The columns of a message that readers receive, with those of its author. */
export type AuthoredMessageRow = Omit<MessageRow, 'client_hash' | 'nth' | 'author_nth'> & {
  author_name: string;
  author_color: string;
};

export function toMessage(row: AuthoredMessageRow): Message {
  return {
    roomId: row.room_id,
    seq: row.seq,
    author: { id: row.author_id, name: row.author_name, color: row.author_color },
    text: row.text,
    replyTo: row.reply_to,
    mentions: fromJson<string>(row.mentions),
    reactions: fromJson<Reaction>(row.reactions),
    files: fromJson<FileInfo>(row.files),
    clientMsgId: row.client_msg_id,
    createdAt: isoTime(row.created_at),
    editedAt: isoTimeOrNull(row.edited_at),
    deletedAt: isoTimeOrNull(row.deleted_at),
  };
}

/** The ids of the files in a message's column of them. */
export const fileIdsIn = (files: string | null): string[] =>
  fromJson<FileInfo>(files).map(({ id }) => id);

const fromJson = <T>(json: string | null): T[] => (json === null ? [] : (JSON.parse(json) as T[]));

/** A list as its column holds it: null where it is empty. */
export const toJson = (list: readonly unknown[]): string | null =>
  list.length === 0 ? null : JSON.stringify(list);

/** The rows that mention counts count: the users whom a message mentions and alerts. */
export const toMentionRows = (roomId: string, seq: number, alertedIds: readonly string[]) =>
  alertedIds.map((userId) => ({ user_id: userId, room_id: roomId, seq }));

/** A new message, and which of its room and of its author there it is: 1, 2, 3 … */
export interface NewMessage {
  readonly message: Message;
  readonly nth: number;
  readonly authorNth: number;
  /** In milliseconds since 1970. */
  readonly createdAt: number;
}

export function toMessageRow({ message, nth, authorNth, createdAt }: NewMessage): NewMessageRow {
  return {
    room_id: message.roomId,
    seq: message.seq,
    author_id: message.author.id,
    text: message.text,
    reply_to: message.replyTo,
    nth,
    author_nth: authorNth,
    mentions: toJson(message.mentions),
    files: toJson(message.files),
    client_msg_id: message.clientMsgId,
    created_at: createdAt,
  };
}
