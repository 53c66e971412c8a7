import { ChatError } from '../../protocol/errors.ts';
import type { Author } from '../../protocol/resources.ts';
import { findMessage, updateText } from '../../store/messages.ts';
import { findRoom } from '../../store/rooms.ts';
import { isoTime, toMessage, type AuthoredMessageRow } from '../../store/rows.ts';
import type { Tx } from '../../store/transaction.ts';

/* What may be done to a message once it is sent. */

interface Target {
  readonly roomId: string;
  readonly seq: number;
  readonly userId: string;
}

/** Which event tells of the change; where nothing changed, the room's last one. */
export interface Changed {
  readonly seq: number;
  readonly duplicate: boolean;
}

/** Gives a message of one's own another text. */
export async function editMessage(tx: Tx, input: Target & { text: string }): Promise<Changed> {
  const { row, head } = await ownMessage(tx, input);
  if (row.deleted_at !== null) {
    throw new ChatError('message_not_found', { message: 'This message was deleted' });
  }
  if (row.text === input.text) return { seq: head, duplicate: true };
  const change = { text: input.text, edited_at: Date.now() };
  await updateText(tx.db, row.room_id, row.seq, change);
  return log(tx, 'message.edited', { ...row, ...change }, change.edited_at);
}

/** Takes the text of a message of one's own away for good; its seq stays. */
export async function deleteMessage(tx: Tx, input: Target): Promise<Changed> {
  const { row, head } = await ownMessage(tx, input);
  if (row.deleted_at !== null) return { seq: head, duplicate: true };
  const change = { text: '', deleted_at: Date.now() } as const;
  await updateText(tx.db, row.room_id, row.seq, change);
  return log(tx, 'message.deleted', { ...row, ...change }, change.deleted_at);
}

async function ownMessage(
  tx: Tx,
  { roomId, seq, userId }: Target,
): Promise<{ row: AuthoredMessageRow; head: number }> {
  const room = await findRoom(tx.db, roomId);
  if (!room) throw new ChatError('room_not_found');
  const row = await findMessage(tx.db, roomId, seq);
  if (!row) throw new ChatError('message_not_found');
  if (row.author_id !== userId) {
    throw new ChatError('forbidden', { message: 'This message is somebody else’s' });
  }
  return { row, head: room.head };
}

async function log(
  tx: Tx,
  type: 'message.edited' | 'message.deleted',
  row: AuthoredMessageRow,
  at: number,
): Promise<Changed> {
  const { seq, pos } = await tx.allot(row.room_id);
  const actor: Author = { id: row.author_id, name: row.author_name, color: row.author_color };
  const message = toMessage(row);
  await tx.log(pos, [{ type, roomId: row.room_id, seq, at: isoTime(at), actor, message }]);
  return { seq, duplicate: false };
}
