import type { AdminUser, Author, Me, Message, Reaction, User } from '../protocol/resources.ts';
import type { MessageRow, UserRow } from './tables.ts';

/* From rows to what the contract calls them. */

let last = { ms: 0, text: '1970-01-01T00:00:00.000Z' };

/** What is sent together has one time: it is written out once. */
export function isoTime(ms: number): string {
  if (last.ms !== ms) last = { ms, text: new Date(ms).toISOString() };
  return last.text;
}

export function toUser(
  row: Pick<UserRow, 'id' | 'name' | 'color' | 'created_at' | 'is_admin'>,
): User {
  return {
    id: row.id,
    name: row.name,
    color: row.color,
    createdAt: isoTime(row.created_at),
    isAdmin: row.is_admin === 1,
  };
}

export function toMe(row: UserRow): Me {
  return { ...toUser(row), email: row.email };
}

/** An account, as admins see it. */
export function toAdminUser(row: UserRow): AdminUser {
  return { ...toMe(row), isDisabled: row.is_disabled === 1 };
}

export function toAuthor(user: Author): Author {
  return { id: user.id, name: user.name, color: user.color };
}

/** What of a message's row a reader gets, with what there is to know of its author. */
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
    mentions: mentionsIn(row),
    reactions: reactionsIn(row),
    clientMsgId: row.client_msg_id,
    createdAt: isoTime(row.created_at),
    editedAt: row.edited_at === null ? null : isoTime(row.edited_at),
    deletedAt: row.deleted_at === null ? null : isoTime(row.deleted_at),
  };
}

function mentionsIn({ mentions }: Pick<MessageRow, 'mentions'>): string[] {
  return mentions === null ? [] : (JSON.parse(mentions) as string[]);
}

export function reactionsIn({ reactions }: Pick<MessageRow, 'reactions'>): Reaction[] {
  return reactions === null ? [] : (JSON.parse(reactions) as Reaction[]);
}
