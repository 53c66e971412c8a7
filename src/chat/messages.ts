import { qualified } from '../../public/shared/emoji.js';
import { isVisible } from '../../public/shared/visible.js';
import { ChatError } from '../protocol/errors.ts';
import { DEFAULT_LIMIT, type ListMessages, type SendMessage } from '../protocol/commands.ts';
import type { Message } from '../protocol/resources.ts';
import * as store from '../store/queries/messages.ts';
import { reactionsIn, toMessage } from '../store/mapping.ts';
import type { Changed, Edited } from './mutations/changes.ts';
import type { Sent } from './mutations/messages.ts';
import type { Chat, Viewer } from './services.ts';
import { audit } from './services/audit.ts';
import { requireRoom } from './rooms.ts';

/* Everything that writes counts against the writer's limit first, and is `rate_limited` beyond it. */

/** Resolves once the message is on disk. */
export async function sendMessage(
  chat: Chat,
  viewer: Viewer,
  roomId: string,
  { text, clientMsgId, replyTo }: SendMessage,
): Promise<Sent> {
  requireVisible(text);
  const userId = viewer.user.id;
  await chat.limits.write(userId);
  return chat.store.write('sendMessages', { roomId, userId, text, clientMsgId, replyTo });
}

/** The same, with the message as it was committed; for a repeat the first one, as it is now. */
export async function postMessage(
  chat: Chat,
  viewer: Viewer,
  roomId: string,
  { text, clientMsgId, replyTo }: SendMessage,
): Promise<{ message: Message; duplicate: boolean }> {
  requireVisible(text);
  const userId = viewer.user.id;
  await chat.limits.write(userId);
  const send = { roomId, userId, text, clientMsgId, replyTo, wantsMessage: true };
  const { message, duplicate } = await chat.store.write('sendMessages', send);
  return { message: message!, duplicate };
}

export async function editMessage(
  chat: Chat,
  viewer: Viewer,
  roomId: string,
  seq: number,
  text: string,
): Promise<Edited> {
  requireVisible(text);
  await chat.limits.write(viewer.user.id);
  return chat.store.write('editMessage', { roomId, seq, userId: viewer.user.id, text });
}

export async function deleteMessage(
  chat: Chat,
  viewer: Viewer,
  roomId: string,
  seq: number,
): Promise<Changed> {
  await chat.limits.write(viewer.user.id);
  const target = { roomId, seq, userId: viewer.user.id };
  const { byModerator, ...changed } = await chat.store.write('deleteMessage', target);
  if (byModerator && !changed.duplicate) audit(chat, viewer, 'message deleted', { roomId, seq });
  return changed;
}

/** A message with nothing to see in it is an empty one. */
function requireVisible(text: string): void {
  if (isVisible(text)) return;
  throw new ChatError('validation_failed', {
    details: [{ path: '/text', message: 'must have something to see in it' }],
  });
}

/** Adds a reaction, or takes one's own away. Every form of an emoji is the same reaction. */
export async function react(
  chat: Chat,
  viewer: Viewer,
  roomId: string,
  { seq, emoji, add }: { seq: number; emoji: string; add: boolean },
): Promise<Changed> {
  const userId = viewer.user.id;
  const form = qualified(emoji);
  if (form === null && (add || !(await isLeftOver(chat, viewer, { roomId, seq, emoji })))) {
    throw new ChatError('validation_failed', {
      details: [{ path: '/emoji', message: 'must be one emoji' }],
    });
  }
  await chat.limits.write(userId);
  return chat.store.write('react', { roomId, seq, userId, emoji: form ?? emoji, add });
}

/** Other sequences were taken in before, and can still be taken away. */
async function isLeftOver(
  chat: Chat,
  viewer: Viewer,
  { roomId, seq, emoji }: { roomId: string; seq: number; emoji: string },
): Promise<boolean> {
  await requireRoom(chat, viewer, roomId);
  const row = await store.findMessage(chat.store.db, roomId, seq);
  return row !== undefined && reactionsIn(row).some((reaction) => reaction.emoji === emoji);
}

export async function getMessage(
  chat: Chat,
  viewer: Viewer,
  roomId: string,
  seq: number,
): Promise<Message> {
  await requireRoom(chat, viewer, roomId);
  const row = await store.findMessage(chat.store.db, roomId, seq);
  if (!row) throw new ChatError('message_not_found');
  return toMessage(row);
}

/** Ascending by seq; without `after` the newest that fit. `hasMore` looks where the page looked. */
export async function listMessages(
  chat: Chat,
  viewer: Viewer,
  roomId: string,
  { before, after, limit = DEFAULT_LIMIT }: ListMessages,
): Promise<{ messages: Message[]; hasMore: boolean }> {
  if (before !== undefined && after !== undefined) {
    const message = 'cannot be used together with before';
    throw new ChatError('validation_failed', { details: [{ path: '/after', message }] });
  }
  await requireRoom(chat, viewer, roomId);
  const page = { before, after, limit };
  const { rows, more } = await store.listMessages(chat.store.pagesDb, roomId, page);
  return { messages: rows.map(toMessage), hasMore: more };
}
