import { ChatError } from '../../protocol/errors.ts';
import type { DurableEvent } from '../../protocol/events.ts';
import type { Message } from '../../protocol/resources.ts';
import * as messages from '../../store/queries/messages.ts';
import { isoTime, toMessage } from '../../store/mapping.ts';
import type { Tx } from '../../store/transaction.ts';
import { isModerator, refusalToRead } from '../permissions.ts';
import { refusalToWrite, whomToAlert } from './blocks.ts';
import { join } from './members.ts';
import { findMentions } from './mentions.ts';

export interface Send {
  readonly roomId: string;
  readonly userId: string;
  readonly text: string;
  readonly clientMsgId: string | undefined;
  readonly replyTo: number | undefined;
  /** Whether the message is to be returned, too: sockets are answered without it. */
  readonly wantsMessage?: boolean;
}

export interface Sent {
  readonly seq: number;
  /** True where this was a repeat: `seq` is the first one's, and nothing was written. */
  readonly duplicate: boolean;
  /** As it was committed; of a repeat as it is now. */
  readonly message?: Message;
}

/** What becomes of a send: refused, a repeat of what is stored, or a message to be written. */
type Verdict = ChatError | Sent | Fresh;

interface Fresh {
  readonly send: Send;
  seq: number;
  /** Once it is written. */
  message: Message | null;
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
  const senders = new Map<string, messages.SenderRow>();
  /** Whom the other one of a direct room has blocked: looked at once, however many messages they send. */
  const blocked = new Map<string, ChatError>();
  for (const userId of new Set(sends.map((send) => send.userId))) {
    const sender = await tx.run(messages.sender, { roomId, userId });
    if (!sender) continue;
    senders.set(userId, sender);
    if (sender.kind !== 'direct') continue;
    const refusal = await refusalToWrite(tx, { id: roomId, kind: sender.kind }, userId);
    if (refusal) blocked.set(userId, refusal);
  }
  const now = Date.now();
  const verdicts = await judge(tx, { senders, blocked }, sends, now);
  const fresh = [...new Set(verdicts)].filter((verdict): verdict is Fresh => 'send' in verdict);
  if (fresh.length > 0) await write(tx, senders, fresh, now);
  const answered = new Set<Fresh>();
  const answers = verdicts.map((verdict): ChatError | Sent => {
    if (!('send' in verdict)) return verdict;
    const duplicate = answered.has(verdict);
    answered.add(verdict);
    return { seq: verdict.seq, duplicate };
  });
  for (const [i, { wantsMessage }] of sends.entries()) {
    const [answer, verdict] = [answers[i]!, verdicts[i]!];
    if (!wantsMessage || answer instanceof ChatError) continue;
    const written = 'send' in verdict ? verdict.message : null;
    answers[i] = { ...answer, message: written ?? (await stored(tx, roomId, answer.seq)) };
  }
  return answers;
}

async function stored(tx: Tx, roomId: string, seq: number): Promise<Message> {
  return toMessage((await messages.findMessage(tx.db, roomId, seq))!);
}

/** A repeat within the group gets the very verdict of its first one, and so its seq. */
async function judge(
  tx: Tx,
  { senders, blocked }: { senders: Senders; blocked: ReadonlyMap<string, ChatError> },
  sends: readonly Send[],
  now: number,
): Promise<Verdict[]> {
  const firsts = new Map<string, Fresh>();
  const slowMode = new SlowMode(tx, now);
  const verdicts: Verdict[] = [];
  for (const send of sends) verdicts.push(await judgeOne(send));
  return verdicts;

  async function judgeOne(send: Send): Promise<Verdict> {
    const { roomId, userId, clientMsgId, replyTo } = send;
    const sender = senders.get(userId);
    if (!sender) return new ChatError('room_not_found');
    const refusal = refusalToRead(sender);
    if (refusal) return refusal;
    // User ids hold no spaces, so that this cannot name two sends.
    const key = `${userId} ${clientMsgId}`;
    if (clientMsgId !== undefined) {
      const first = firsts.get(key);
      if (first) return isRepeat(first.send, send) ? first : mismatch();
      const before = await tx.run(messages.sentBefore, { roomId, userId, clientMsgId });
      const said = { text: send.text, reply_to: replyTo ?? null };
      if (before && !messages.wasSentAs(before, said)) return mismatch();
      if (before) return { seq: before.seq, duplicate: true };
    }
    const refusedByPeer = blocked.get(userId);
    if (refusedByPeer) return refusedByPeer;
    if (replyTo !== undefined && !(await tx.run(messages.messageAt, { roomId, seq: replyTo }))) {
      return new ChatError('message_not_found', {
        message: `There is no message ${replyTo} in this room to reply to`,
      });
    }
    const tooSoon = await slowMode.refusal(roomId, sender);
    if (tooSoon) return tooSoon;
    const fresh: Fresh = { send, seq: 0, message: null };
    if (clientMsgId !== undefined) firsts.set(key, fresh);
    return fresh;
  }
}

const isRepeat = (a: Send, b: Send) => a.text === b.text && a.replyTo === b.replyTo;

const mismatch = () => new ChatError('idempotency_mismatch');

/** The pause that a room asks of its members between two messages; who tends it is not bound. */
class SlowMode {
  readonly #tx: Tx;
  readonly #now: number;
  /** When each sender has last sent something, this very group counted. */
  readonly #lastSent = new Map<string, number>();

  constructor(tx: Tx, now: number) {
    this.#tx = tx;
    this.#now = now;
  }

  /** Why a sender has to wait; null where they have not, and send now. */
  async refusal(roomId: string, sender: messages.SenderRow): Promise<ChatError | null> {
    if (sender.slow_mode_seconds === 0 || isModerator(sender)) return null;
    const pauseMs = sender.slow_mode_seconds * 1000;
    const waitMs = (await this.#lastSentBy(roomId, sender.id)) + pauseMs - this.#now;
    if (waitMs <= 0) {
      this.#lastSent.set(sender.id, this.#now);
      return null;
    }
    const retryAfter = Math.ceil(waitMs / 1000);
    const message = `This room is in slow mode; send the next message in ${retryAfter} s`;
    return new ChatError('rate_limited', { message, retryAfter });
  }

  async #lastSentBy(roomId: string, userId: string): Promise<number> {
    const known = this.#lastSent.get(userId);
    if (known !== undefined) return known;
    return (await this.#tx.run(messages.lastSent, { roomId, userId }))?.created_at ?? 0;
  }
}

async function write(
  tx: Tx,
  senders: Senders,
  fresh: readonly Fresh[],
  now: number,
): Promise<void> {
  const { roomId, userId: anyone } = fresh[0]!.send;
  for (const userId of new Set(fresh.map(({ send }) => send.userId))) {
    // The first act in a public room joins it.
    if (senders.get(userId)!.role === null) await join(tx, { roomId, actorId: userId });
  }
  const mentions = await findMentions(
    tx,
    { id: roomId, kind: senders.get(anyone)!.kind },
    fresh.map(({ send }) => send.text),
  );
  const { seq: first, pos, nth } = await tx.reserve(roomId, fresh.length, now);
  const sent = new Map<string, number>();
  const rows = fresh.map((message, i) => {
    const { send } = message;
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
      created_at: now,
    };
  });
  for (const row of rows) await tx.run(messages.insertMessage, row);
  const alerted: string[][] = [];
  for (const [i, row] of rows.entries()) {
    const mentioned = mentions[i]!;
    alerted.push(mentioned.length === 0 ? [] : await whomToAlert(tx, row.author_id, mentioned));
  }
  await messages.insertMentions(
    tx,
    roomId,
    rows.map(({ seq }, i) => ({ seq, userIds: alerted[i]! })),
  );
  const events = rows.map((row, i) => created(row, senders.get(row.author_id)!, mentions[i]!));
  for (const [i, { message }] of events.entries()) fresh[i]!.message = message;
  await tx.logSent(pos, events, alerted);
}

function created(
  row: messages.NewlySent,
  author: messages.SenderRow,
  mentions: string[],
): Extract<DurableEvent, { type: 'message.created' }> {
  const at = isoTime(row.created_at);
  const actor = { id: author.id, name: author.name, color: author.color };
  const { room_id: roomId, seq } = row;
  const message = {
    roomId,
    seq,
    author: actor,
    text: row.text,
    replyTo: row.reply_to,
    mentions,
    reactions: [],
    clientMsgId: row.client_msg_id,
    createdAt: at,
    editedAt: null,
    deletedAt: null,
  };
  return { type: 'message.created', roomId, seq, at, actor, message };
}
