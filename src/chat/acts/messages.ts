import { createHash } from 'node:crypto';
import { ChatError } from '../../protocol/errors.ts';
import type { NumberedEvent } from '../../protocol/events.ts';
import * as messages from '../../store/messages.ts';
import { findRoom } from '../../store/rooms.ts';
import { isoTime, toMessage } from '../../store/rows.ts';
import type { NewMessage, RoomRow } from '../../store/schema.ts';
import type { Tx } from '../../store/transaction.ts';
import { isModerator, refusalToRead } from '../permissions.ts';
import { joinRoom } from './members.ts';
import { findMentions } from './mentions.ts';

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

type Senders = ReadonlyMap<string, messages.SenderRow>;

async function sendToRoom(tx: Tx, roomId: string, sends: Send[]): Promise<(ChatError | Sent)[]> {
  const room = await findRoom(tx.db, roomId);
  if (!room) return sends.map(() => new ChatError('room_not_found'));
  const authorIds = [...new Set(sends.map((send) => send.userId))];
  const senders = await messages.findSenders(tx.db, roomId, authorIds);
  const now = Date.now();
  const verdicts = await judge(tx, room, senders, sends, now);
  const fresh = [...new Set(verdicts)].filter((verdict): verdict is Fresh => 'send' in verdict);
  if (fresh.length > 0) await write(tx, room, senders, fresh, now);
  const answered = new Set<Fresh>();
  return verdicts.map((verdict) => {
    if (!('send' in verdict)) return verdict;
    const duplicate = answered.has(verdict);
    answered.add(verdict);
    return { seq: verdict.seq, duplicate };
  });
}

/** A repeat within the group gets the very verdict of its first one, and so its seq. */
async function judge(
  tx: Tx,
  room: RoomRow,
  senders: Senders,
  sends: Send[],
  now: number,
): Promise<Verdict[]> {
  const roomId = room.id;
  const named = sends.filter((send) => send.clientMsgId !== undefined) as messages.NamedSend[];
  const stored = await messages.findSent(tx.db, named);
  const replies = sends.flatMap((send) => send.replyTo ?? []);
  const known = await messages.findSeqs(tx.db, roomId, replies);
  const firsts = new Map<string, Fresh>();
  const slowMode =
    room.slow_mode_seconds === 0
      ? null
      : new SlowMode(room, now, await messages.findLastSent(tx.db, roomId, [...senders.keys()]));

  return sends.map((send): Verdict => {
    const { userId, clientMsgId } = send;
    const sender = senders.get(userId);
    if (!sender) return new ChatError('user_not_found');
    const refusal = refusalToRead({ ...sender, kind: room.kind });
    if (refusal) return refusal;
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
    const tooSoon = slowMode?.refusal(sender);
    if (tooSoon) return tooSoon;
    const fresh: Fresh = { send, hash, seq: 0 };
    if (key !== null) firsts.set(key, fresh);
    return fresh;
  });
}

/** The pause that a room asks of its members between two messages; who tends it is not bound. */
class SlowMode {
  readonly #room: RoomRow;
  readonly #now: number;
  /** When each sender has last sent something, this very group counted. */
  readonly #lastSent: Map<string, number>;

  constructor(room: RoomRow, now: number, lastSent: Map<string, number>) {
    this.#room = room;
    this.#now = now;
    this.#lastSent = lastSent;
  }

  /** Why a sender has to wait; null where they have not, and send now. */
  refusal(sender: messages.SenderRow): ChatError | null {
    if (isModerator({ ...sender, kind: this.#room.kind })) return null;
    const pauseMs = this.#room.slow_mode_seconds * 1000;
    const waitMs = (this.#lastSent.get(sender.id) ?? 0) + pauseMs - this.#now;
    if (waitMs <= 0) {
      this.#lastSent.set(sender.id, this.#now);
      return null;
    }
    const retryAfter = Math.ceil(waitMs / 1000);
    const message = `This room is in slow mode; send the next message in ${retryAfter} s`;
    return new ChatError('rate_limited', { message, retryAfter });
  }
}

/** "The same" is the text and replyTo as first sent: a hash outlives an edit or a deletion. */
function hashOf({ text, replyTo }: Send): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([text, replyTo ?? null]))
    .digest();
}

async function write(
  tx: Tx,
  room: RoomRow,
  senders: Senders,
  fresh: Fresh[],
  now: number,
): Promise<void> {
  const roomId = room.id;
  for (const userId of new Set(fresh.map(({ send }) => send.userId))) {
    // The first act in a public room joins it.
    if (senders.get(userId)!.role === null) await joinRoom(tx, { roomId, actorId: userId });
  }
  const mentions = await findMentions(
    tx,
    room,
    fresh.map(({ send }) => send.text),
  );
  const { seq: first, pos, nth } = await tx.allot(roomId, fresh.length, now);
  const sent = new Map<string, number>();
  const rows = fresh.map((message, i): NewMessage => {
    const { send, hash } = message;
    const author = senders.get(send.userId)!;
    const authorNth = (sent.get(author.id) ?? author.sent) + 1;
    sent.set(author.id, authorNth);
    message.seq = first + i;
    return {
      room_id: roomId,
      seq: message.seq,
      author_id: author.id,
      text: send.text,
      reply_to: send.replyTo ?? null,
      nth: nth + i,
      author_nth: authorNth,
      mentions: mentions[i]!.length > 0 ? JSON.stringify(mentions[i]) : null,
      client_msg_id: send.clientMsgId ?? null,
      client_hash: hash,
      created_at: now,
    };
  });
  await messages.insertMessages(tx.db, rows);
  const alerted = rows.map((row, i) => mentions[i]!.filter((id) => id !== row.author_id));
  await messages.insertMentions(
    tx.db,
    roomId,
    rows.map(({ seq }, i) => ({ seq, userIds: alerted[i]! })),
  );
  await tx.log(
    pos,
    rows.map((row) => created(row, senders.get(row.author_id)!)),
    alerted,
  );
}

function created(row: NewMessage, author: messages.SenderRow): NumberedEvent {
  const message = toMessage({
    ...row,
    reply_to: row.reply_to ?? null,
    mentions: row.mentions ?? null,
    reactions: null,
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
