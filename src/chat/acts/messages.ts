import { createHash } from 'node:crypto';
import { ChatError } from '../../protocol/errors.ts';
import type { NumberedEvent } from '../../protocol/events.ts';
import { findUsers } from '../../store/accounts.ts';
import * as messages from '../../store/messages.ts';
import { findRole, findRoom } from '../../store/rooms.ts';
import { isoTime, toMessage } from '../../store/rows.ts';
import type { NewMessage, UserRow } from '../../store/schema.ts';
import type { Tx } from '../../store/transaction.ts';
import { joinRoom } from './rooms.ts';

export interface Send {
  readonly roomId: string;
  readonly userId: string;
  readonly text: string;
  readonly clientMsgId: string | undefined;
  readonly replyTo: number | undefined;
}

export interface Sent {
  readonly seq: number;
  /** True where this was a repeat: `seq` is the first one's, and nothing was written. */
  readonly duplicate: boolean;
}

/** What becomes of a send: refused, a repeat of what is stored, or a message to be written. */
type Verdict = ChatError | Sent | Fresh;

interface Fresh {
  readonly send: Send;
  readonly hash: Buffer | null;
  seq: number;
}

/**
 * Sends what came in together: a handful of statements a room, however many messages. Answers
 * stand in the order of the sends, and so do the seqs within a room.
 */
export const sendMessages = {
  async bulk(tx: Tx, sends: Send[]): Promise<(ChatError | Sent)[]> {
    const answers: (ChatError | Sent)[] = [];
    for (const [roomId, indexes] of indexesByRoom(sends)) {
      const ofRoom = await sendToRoom(
        tx,
        roomId,
        indexes.map((index) => sends[index]!),
      );
      indexes.forEach((index, i) => (answers[index] = ofRoom[i]!));
    }
    return answers;
  },
};

function indexesByRoom(sends: readonly Send[]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  sends.forEach(({ roomId }, index) => {
    const group = groups.get(roomId);
    if (group) group.push(index);
    else groups.set(roomId, [index]);
  });
  return groups;
}

async function sendToRoom(tx: Tx, roomId: string, sends: Send[]): Promise<(ChatError | Sent)[]> {
  if (!(await findRoom(tx.db, roomId))) return sends.map(() => new ChatError('room_not_found'));
  const verdicts = await judge(tx, roomId, sends);
  const fresh = [...new Set(verdicts)].filter((verdict): verdict is Fresh => 'send' in verdict);
  if (fresh.length > 0) await write(tx, roomId, fresh);
  const answered = new Set<Fresh>();
  return verdicts.map((verdict) => {
    if (!('send' in verdict)) return verdict;
    const duplicate = answered.has(verdict);
    answered.add(verdict);
    return { seq: verdict.seq, duplicate };
  });
}

/** A repeat within the group gets the very verdict of its first one, and so its seq. */
async function judge(tx: Tx, roomId: string, sends: Send[]): Promise<Verdict[]> {
  const named = sends.filter((send) => send.clientMsgId !== undefined) as messages.NamedSend[];
  const stored = await messages.findSent(tx.db, named);
  const replies = sends.flatMap((send) => send.replyTo ?? []);
  const known = await messages.findSeqs(tx.db, roomId, replies);
  const firsts = new Map<string, Fresh>();

  return sends.map((send): Verdict => {
    const { userId, clientMsgId } = send;
    const key =
      clientMsgId === undefined ? null : messages.clientMsgKey({ roomId, userId, clientMsgId });
    const hash = key === null ? null : hashOf(send);
    const before = key === null ? undefined : (stored.get(key) ?? firsts.get(key));
    if (before) {
      if (!before.hash?.equals(hash!)) return new ChatError('idempotency_mismatch');
      return 'send' in before ? before : { seq: before.seq, duplicate: true };
    }
    if (send.replyTo !== undefined && !known.has(send.replyTo)) {
      return new ChatError('message_not_found', {
        message: `There is no message ${send.replyTo} in this room to reply to`,
      });
    }
    const fresh: Fresh = { send, hash, seq: 0 };
    if (key !== null) firsts.set(key, fresh);
    return fresh;
  });
}

/** "The same" is the text and replyTo as first sent: a hash outlives an edit or a deletion. */
function hashOf({ text, replyTo }: Send): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([text, replyTo ?? null]))
    .digest();
}

async function write(tx: Tx, roomId: string, fresh: Fresh[]): Promise<void> {
  const authorIds = [...new Set(fresh.map(({ send }) => send.userId))];
  const authors = await findUsers(tx.db, authorIds);
  for (const userId of authorIds) {
    // The first act in a public room joins it.
    if ((await findRole(tx.db, roomId, userId)) === null) await joinRoom(tx, { roomId, userId });
  }
  const now = Date.now();
  const { seq: first, pos } = await tx.allot(roomId, fresh.length, now);
  fresh.forEach((message, i) => (message.seq = first + i));
  const rows = fresh.map((message) => toRow(message, now));
  await messages.insertMessages(tx.db, rows);
  await tx.log(
    pos,
    rows.map((row) => created(row, authors.get(row.author_id)!)),
  );
}

function toRow({ send, hash, seq }: Fresh, now: number): NewMessage {
  return {
    room_id: send.roomId,
    seq,
    author_id: send.userId,
    text: send.text,
    reply_to: send.replyTo ?? null,
    client_msg_id: send.clientMsgId ?? null,
    client_hash: hash,
    created_at: now,
  };
}

function created(row: NewMessage, author: UserRow): NumberedEvent {
  const message = toMessage({
    ...row,
    reply_to: row.reply_to ?? null,
    client_msg_id: row.client_msg_id ?? null,
    edited_at: null,
    deleted_at: null,
    author_name: author.name,
    author_color: author.color,
  });
  return {
    type: 'message.created',
    roomId: row.room_id,
    seq: row.seq,
    at: isoTime(row.created_at),
    actor: message.author,
    message,
  };
}
