import { isSameList } from '../../same-list.ts';
import { ChatError } from '../../protocol/errors.ts';
import type { DurableEvent } from '../../protocol/events.ts';
import type { FileInfo, Message } from '../../protocol/resources.ts';
import { authorOf } from '../../store/mapping/accounts.ts';
import {
  fileIdsIn,
  toMentionRows,
  toMessageRow,
  type NewMessage,
} from '../../store/mapping/messages.ts';
import { isoTime } from '../../store/mapping/time.ts';
import { setCarriers } from '../../store/queries/files.ts';
import * as messages from '../../store/queries/messages.ts';
import type { Sender } from '../../store/queries/messages.ts';
import type { RowOf } from '../../store/query.ts';
import type { Logged, Tx } from '../../store/transaction.ts';
import { refusalToRead } from '../permissions.ts';
import { takesNoMessages, whomToAlert } from './blocks.ts';
import { wasSentAs } from './first-sent.ts';
import { join } from './members.ts';
import { findMentions } from './mentions.ts';
import { SentFiles } from './sent-files.ts';
import { SlowMode } from './slow-mode.ts';

export interface Send {
  readonly roomId: string;
  readonly userId: string;
  readonly text: string;
  readonly clientMsgId: string | undefined;
  readonly replyTo: number | undefined;
  readonly fileIds?: readonly string[] | undefined;
  /** What the files show, by their ids. */
  readonly alts?: Readonly<Record<string, string>> | undefined;
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
 * Sends messages that arrived together: a handful of statements, however many messages and rooms. Results are in the
 * order of the sends, and so are the seqs within a room.
 */
export const sendMessages = {
  async bulk(tx: Tx, sends: Send[]): Promise<(ChatError | Sent)[]> {
    const now = Date.now();
    const known = await readKnown(tx, sends);
    const verdicts = await judge(tx, known, sends, now);
    // A repeat within the group shares the verdict of its first send.
    const accepted = [...new Set(verdicts)].filter(isAccepted);
    if (accepted.length > 0) await write(tx, accepted, now);
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
      else results.push({ seq, duplicate, message: await messageOf(tx, sends[i]!, verdict) });
    }
    return results;
  },
};

/** The decision about one send: rejected, a repeat of a stored message, or to be written. */
type Verdict = ChatError | Sent | Accepted;

interface Accepted {
  readonly send: Send;
  readonly files: FileInfo[];
  sender: Sender;
  /** Set when it is written. */
  message: Message | null;
}

const isAccepted = (verdict: Verdict): verdict is Accepted => 'send' in verdict;

async function messageOf(tx: Tx, { roomId }: Send, verdict: Sent | Accepted): Promise<Message> {
  if (isAccepted(verdict)) return verdict.message!;
  return (await messages.findMessage(tx.db, roomId, verdict.seq))!;
}

/** What is stored of the senders, of earlier sends under the same ids, and of the messages that are replied to. */
interface Known {
  readonly senders: ReadonlyMap<string, Sender>;
  readonly firsts: ReadonlyMap<string, RowOf<typeof messages.sentBefore>>;
  readonly targets: ReadonlySet<string>;
  readonly files: SentFiles;
}

/** Neither ids nor seqs hold spaces, so two different sends cannot share a key. */
const senderKey = ({ roomId, userId }: messages.SenderKey) => `${roomId} ${userId}`;
const sendKey = (send: Send) => `${senderKey(send)} ${send.clientMsgId}`;
const targetKey = ({ roomId, replyTo }: Send) => `${roomId} ${replyTo}`;

/** Reads it all at once; each sender is read once, however many messages they send. */
async function readKnown(tx: Tx, sends: readonly Send[]): Promise<Known> {
  const ofSenders = firstOfEach(sends, senderKey);
  const withId = firstOfEach(sends.filter(hasId), sendKey);
  const replies = firstOfEach(sends.filter(isReply), targetKey);
  const [senders, firsts, targets, files] = await Promise.all([
    messages.findSenders(tx, ofSenders),
    tx.each(messages.sentBefore, withId),
    tx.each(
      messages.messageAt,
      replies.map(({ roomId, replyTo: seq }) => ({ roomId, seq })),
    ),
    SentFiles.of(tx, sends),
  ]);
  return {
    senders: foundOf(ofSenders, senderKey, senders),
    firsts: foundOf(
      withId,
      sendKey,
      firsts.map(([first]) => first),
    ),
    targets: new Set(
      foundOf(
        replies,
        targetKey,
        targets.map(([target]) => target),
      ).keys(),
    ),
    files,
  };
}

const hasId = (send: Send): send is Send & { clientMsgId: string } =>
  send.clientMsgId !== undefined;
const isReply = (send: Send): send is Send & { replyTo: number } => send.replyTo !== undefined;

/** The first of those with the same key. */
const firstOfEach = <T>(items: readonly T[], keyOf: (item: T) => string): T[] => [
  ...new Map(items.toReversed().map((item) => [keyOf(item), item])).values(),
];

/** What was found for each of some items, by their keys. */
function foundOf<T, Found>(
  items: readonly T[],
  keyOf: (item: T) => string,
  found: readonly (Found | undefined)[],
): Map<string, Found> {
  const byKey = new Map<string, Found>();
  items.forEach((item, i) => {
    const one = found[i];
    if (one !== undefined) byKey.set(keyOf(item), one);
  });
  return byKey;
}

/** Decides about each send, in order. */
async function judge(
  tx: Tx,
  { senders, firsts, targets, files }: Known,
  sends: readonly Send[],
  now: number,
): Promise<Verdict[]> {
  const firstsHere = new Map<string, Accepted>();
  const slowMode = new SlowMode(tx, now);
  const verdicts: Verdict[] = [];
  for (const send of sends) verdicts.push(await judgeOne(send));
  return verdicts;

  async function judgeOne(send: Send): Promise<Verdict> {
    const { text, clientMsgId, replyTo, fileIds = [] } = send;
    const sender = senders.get(senderKey(send));
    if (!sender) return new ChatError('room_not_found');
    const refusal = refusalToRead(sender);
    if (refusal) return refusal;
    if (clientMsgId !== undefined) {
      const first = firstsHere.get(sendKey(send));
      if (first) return isRepeat(first.send, send) ? first : mismatch();
      const stored = firsts.get(sendKey(send));
      const sent = { text, replyTo: replyTo ?? null, fileIds };
      if (stored && !wasSentAs({ ...stored, fileIds: fileIdsIn(stored.files) }, sent))
        return mismatch();
      if (stored) return { seq: stored.seq, duplicate: true };
    }
    if (sender.isBlocked) return takesNoMessages();
    if (replyTo !== undefined && !targets.has(targetKey(send))) {
      return new ChatError('message_not_found', {
        message: `There is no message ${replyTo} in this room to reply to`,
      });
    }
    const noFiles = files.refusal(send);
    if (noFiles) return noFiles;
    const tooSoon = await slowMode.refusal(sender);
    if (tooSoon) return tooSoon;
    const accepted: Accepted = { send, files: files.claim(send), sender, message: null };
    if (clientMsgId !== undefined) firstsHere.set(sendKey(send), accepted);
    return accepted;
  }
}

const isRepeat = (a: Send, b: Send) =>
  a.text === b.text && a.replyTo === b.replyTo && isSameList(a.fileIds ?? [], b.fileIds ?? []);

const mismatch = () => new ChatError('idempotency_mismatch');

/** Numbers, stores and logs what was accepted. This is where a message gets its seq. */
async function write(tx: Tx, accepted: readonly Accepted[], now: number): Promise<void> {
  await joinAll(tx, accepted);
  const mentions = await findMentions(
    tx,
    accepted.map(({ send, sender }) => ({
      room: { id: send.roomId, kind: sender.kind },
      text: send.text,
    })),
  );
  const alertedIds = await whomToAlert(
    tx,
    accepted.map(({ sender }, i) => ({ authorId: sender.id, mentions: mentions[i]! })),
  );
  const inRooms = byRoom(accepted);
  const { places, written } = await tx.reserveForMessages(
    inRooms.map(([{ roomId, head, messageCount }, ofRoom]) => ({
      roomId,
      head,
      messageCount,
      count: ofRoom.length,
    })),
    now,
  );
  const added: NewMessage[] = [];
  const logged: Logged[] = [];
  const sent = new Map<Sender, number>();
  const indexes = new Map(accepted.map((one, i) => [one, i]));
  for (const [r, [, ofRoom]] of inRooms.entries()) {
    const { seq, pos, nth } = places[r]!;
    for (const [i, one] of ofRoom.entries()) {
      const { sender } = one;
      const authorNth = (sent.get(sender) ?? sender.sent) + 1;
      sent.set(sender, authorNth);
      const index = indexes.get(one)!;
      const message = newMessage(one, seq + i, mentions[index]!, now);
      one.message = message;
      added.push({ message, nth: nth + i, authorNth, createdAt: now });
      logged.push({ event: createdEvent(message), pos: pos + i, alertedIds: alertedIds[index]! });
    }
  }
  await Promise.all([
    written,
    tx.insert('messages', added.map(toMessageRow)),
    tx.insert(
      'mentions',
      logged.flatMap(({ event, alertedIds: ids = [] }) =>
        toMentionRows(event.roomId, event.seq, ids),
      ),
    ),
    setCarriers(
      tx,
      added.flatMap(({ message: { seq, files } }) => files.map(({ id }) => ({ fileId: id, seq }))),
    ),
    tx.log(logged),
  ]);
}

/** The first message in a public room joins it. */
async function joinAll(tx: Tx, accepted: readonly Accepted[]): Promise<void> {
  const outsiders = new Set(
    accepted.filter(({ sender }) => sender.role === null).map(({ sender }) => sender),
  );
  if (outsiders.size === 0) return;
  for (const { roomId, id } of outsiders) await join(tx, { roomId, actorId: id });
  // Each join has taken a seq.
  const keys = accepted.map(({ send }) => send);
  const senders = await messages.findSenders(tx, keys);
  const current = foundOf(keys, senderKey, senders);
  for (const one of accepted) one.sender = current.get(senderKey(one.send))!;
}

/** What was accepted for each room, in order, with one of its senders. */
function byRoom(accepted: readonly Accepted[]): [Sender, Accepted[]][] {
  const rooms = new Map<string, [Sender, Accepted[]]>();
  for (const one of accepted) {
    const room = rooms.get(one.send.roomId);
    if (room) room[1].push(one);
    else rooms.set(one.send.roomId, [one.sender, [one]]);
  }
  return [...rooms.values()];
}

function newMessage(
  { send: { roomId, text, replyTo, clientMsgId }, sender, files }: Accepted,
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
    files,
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
