import { ChatError } from '../../protocol/errors.ts';
import type { DurableEvent } from '../../protocol/events.ts';
import type { Message } from '../../protocol/resources.ts';
import { authorOf } from '../../store/mapping/accounts.ts';
import type { NewMessage } from '../../store/mapping/messages.ts';
import { isoTime } from '../../store/mapping/time.ts';
import * as messages from '../../store/queries/messages.ts';
import type { Sender } from '../../store/queries/messages.ts';
import type { Tx } from '../../store/transaction.ts';
import { refusalToRead } from '../permissions.ts';
import { refusalToWrite, whomToAlert } from './blocks.ts';
import { wasSentAs } from './first-sent.ts';
import { join } from './members.ts';
import { findMentions } from './mentions.ts';
import { SlowMode } from './slow-mode.ts';

export interface Send {
  readonly roomId: string;
  readonly userId: string;
  readonly text: string;
  readonly clientMsgId: string | undefined;
  readonly replyTo: number | undefined;
  /** Whether to return the message: WebSockets are answered without it. */
  readonly wantsMessage?: boolean;
}

export interface Sent {
  readonly seq: number;
  /** True for a repeat: `seq` is that of the first send, and nothing was written. */
  readonly duplicate: boolean;
  /** As it was committed; for a repeat, as it is now. */
  readonly message?: Message;
}

/**
 * Sends messages that arrived together: a handful of statements a room, however many messages. Results are in the
 * order of the sends, and so are the seqs within a room.
 */
export const sendMessages = {
  async bulk(tx: Tx, sends: Send[]): Promise<(ChatError | Sent)[]> {
    const results: (ChatError | Sent)[] = [];
    for (const [roomId, indexes] of indexesByRoom(sends)) {
      const ofRoom = await sendToRoom(
        tx,
        roomId,
        indexes.map((index) => sends[index]!),
      );
      indexes.forEach((index, i) => (results[index] = ofRoom[i]!));
    }
    return results;
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

/** The decision about one send: rejected, a repeat of a stored message, or to be written. */
type Verdict = ChatError | Sent | Accepted;

interface Accepted {
  readonly send: Send;
  /** Set when it is written. */
  message: Message | null;
}

const isAccepted = (verdict: Verdict): verdict is Accepted => 'send' in verdict;

async function sendToRoom(tx: Tx, roomId: string, sends: Send[]): Promise<(ChatError | Sent)[]> {
  const now = Date.now();
  const senders = await findSenders(tx, roomId, sends);
  const verdicts = await judge(tx, roomId, senders, sends, now);
  // A repeat within the group shares the verdict of its first send.
  const accepted = [...new Set(verdicts)].filter(isAccepted);
  if (accepted.length > 0) await write(tx, roomId, senders, accepted, now);
  const written = new Set<Accepted>();
  const results: (ChatError | Sent)[] = [];
  for (const [i, verdict] of verdicts.entries()) {
    if (verdict instanceof ChatError) {
      results.push(verdict);
      continue;
    }
    const [seq, duplicate] = isAccepted(verdict)
      ? [verdict.message!.seq, written.has(verdict)]
      : [verdict.seq, verdict.duplicate];
    if (isAccepted(verdict)) written.add(verdict);
    if (!sends[i]!.wantsMessage) results.push({ seq, duplicate });
    else results.push({ seq, duplicate, message: await messageOf(tx, roomId, verdict) });
  }
  return results;
}

async function messageOf(tx: Tx, roomId: string, verdict: Sent | Accepted): Promise<Message> {
  if (isAccepted(verdict)) return verdict.message!;
  return (await messages.findMessage(tx.db, roomId, verdict.seq))!;
}

interface SenderInRoom extends Sender {
  /** Set where the other one of a direct room has blocked them. */
  readonly refusal: ChatError | null;
}

type Senders = ReadonlyMap<string, SenderInRoom>;

/** Each sender is read once, however many messages they send. */
async function findSenders(tx: Tx, roomId: string, sends: readonly Send[]): Promise<Senders> {
  const senders = new Map<string, SenderInRoom>();
  for (const userId of new Set(sends.map((send) => send.userId))) {
    const sender = await messages.findSender(tx, roomId, userId);
    if (!sender) continue;
    const room = { id: roomId, kind: sender.kind };
    const refusal = sender.kind === 'direct' ? await refusalToWrite(tx, room, userId) : null;
    senders.set(userId, { ...sender, refusal });
  }
  return senders;
}

/** Decides about each send, in order. */
async function judge(
  tx: Tx,
  roomId: string,
  senders: Senders,
  sends: readonly Send[],
  now: number,
): Promise<Verdict[]> {
  const firsts = new Map<string, Accepted>();
  const slowMode = new SlowMode(tx, roomId, now);
  const verdicts: Verdict[] = [];
  for (const send of sends) verdicts.push(await judgeOne(send));
  return verdicts;

  async function judgeOne(send: Send): Promise<Verdict> {
    const { userId, text, clientMsgId, replyTo } = send;
    const sender = senders.get(userId);
    if (!sender) return new ChatError('room_not_found');
    const refusal = refusalToRead(sender);
    if (refusal) return refusal;
    // User ids hold no spaces, so two different sends cannot share a key.
    const key = `${userId} ${clientMsgId}`;
    if (clientMsgId !== undefined) {
      const first = firsts.get(key);
      if (first) return isRepeat(first.send, send) ? first : mismatch();
      const stored = await tx.first(messages.sentBefore, { roomId, userId, clientMsgId });
      if (stored && !wasSentAs(stored, { text, replyTo: replyTo ?? null })) return mismatch();
      if (stored) return { seq: stored.seq, duplicate: true };
    }
    if (sender.refusal) return sender.refusal;
    if (replyTo !== undefined && !(await tx.first(messages.messageAt, { roomId, seq: replyTo }))) {
      return new ChatError('message_not_found', {
        message: `There is no message ${replyTo} in this room to reply to`,
      });
    }
    const tooSoon = await slowMode.refusal(sender);
    if (tooSoon) return tooSoon;
    const accepted: Accepted = { send, message: null };
    if (clientMsgId !== undefined) firsts.set(key, accepted);
    return accepted;
  }
}

const isRepeat = (a: Send, b: Send) => a.text === b.text && a.replyTo === b.replyTo;

const mismatch = () => new ChatError('idempotency_mismatch');

/** Numbers, stores and logs what was accepted. This is where a message gets its seq. */
async function write(
  tx: Tx,
  roomId: string,
  senders: Senders,
  accepted: readonly Accepted[],
  now: number,
): Promise<void> {
  const senderIds = new Set(accepted.map(({ send }) => send.userId));
  for (const userId of senderIds) {
    // The first message in a public room joins it.
    if (senders.get(userId)!.role === null) await join(tx, { roomId, actorId: userId });
  }
  const { kind } = senders.get(accepted[0]!.send.userId)!;
  const texts = accepted.map(({ send }) => send.text);
  const mentions = await findMentions(tx, { id: roomId, kind }, texts);
  const { seq: firstSeq, pos, nth } = await tx.reserve(roomId, accepted.length, now);
  const sent = new Map<string, number>();
  const added = accepted.map((one, i): NewMessage => {
    const sender = senders.get(one.send.userId)!;
    const authorNth = (sent.get(sender.id) ?? sender.sent) + 1;
    sent.set(sender.id, authorNth);
    const message = newMessage(one.send, sender, firstSeq + i, mentions[i]!, now);
    one.message = message;
    return { message, nth: nth + i, authorNth, createdAt: now };
  });
  await messages.insertMessages(tx, added);
  const alertedIds: string[][] = [];
  for (const { message } of added) {
    const { author, mentions: mentioned } = message;
    alertedIds.push(mentioned.length === 0 ? [] : await whomToAlert(tx, author.id, mentioned));
  }
  await messages.insertMentions(
    tx,
    roomId,
    added.map(({ message }, i) => ({ seq: message.seq, userIds: alertedIds[i]! })),
  );
  const events = added.map(({ message }) => createdEvent(message));
  await tx.logSent(pos, events, alertedIds);
}

function newMessage(
  { roomId, text, replyTo, clientMsgId }: Send,
  sender: Sender,
  seq: number,
  mentions: string[],
  now: number,
): Message {
  return {
    roomId,
    seq,
    author: authorOf(sender),
    text,
    replyTo: replyTo ?? null,
    mentions,
    reactions: [],
    clientMsgId: clientMsgId ?? null,
    createdAt: isoTime(now),
    editedAt: null,
    deletedAt: null,
  };
}

function createdEvent(message: Message): DurableEvent {
  const { roomId, seq, createdAt: at, author: actor } = message;
  return { type: 'message.created', roomId, seq, at, actor, message };
}
