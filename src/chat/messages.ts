import { qualified } from '../../public/shared/emoji.js';
import { isVisible } from '../../public/shared/visible.js';
import { DEFAULT_LIMIT, type ListMessages, type SendMessage } from '../protocol/commands.ts';
import { ChatError } from '../protocol/errors.ts';
import type { Message } from '../protocol/resources.ts';
import * as messages from '../store/queries/messages.ts';
import type { Changed, Edited } from './mutations/messages.ts';
import type { Sent } from './mutations/send.ts';
import { requireRoom } from './rooms.ts';
import type { Services } from './services.ts';
import { audit } from './services/audit.ts';
import type { Viewer } from './viewer.ts';

/* Everything that writes first counts against the writer's limit, and throws `rate_limited` beyond it. */

/** Resolves once the message is on disk. */
export async function sendMessage(
  services: Services,
  viewer: Viewer,
  roomId: string,
  { text, clientMsgId, replyTo }: SendMessage,
): Promise<Sent> {
  requireVisible(text);
  const userId = viewer.user.id;
  await services.limits.write(userId);
  return services.store.mutate('sendMessages', { roomId, userId, text, clientMsgId, replyTo });
}

/** The same, with the message as it was committed; for a repeat, the first message as it is now. */
export async function postMessage(
  services: Services,
  viewer: Viewer,
  roomId: string,
  { text, clientMsgId, replyTo }: SendMessage,
): Promise<{ message: Message; duplicate: boolean }> {
  requireVisible(text);
  const userId = viewer.user.id;
  await services.limits.write(userId);
  const send = { roomId, userId, text, clientMsgId, replyTo, wantsMessage: true };
  const { message, duplicate } = await services.store.mutate('sendMessages', send);
  return { message: message!, duplicate };
}

export async function editMessage(
  services: Services,
  viewer: Viewer,
  roomId: string,
  seq: number,
  text: string,
): Promise<Edited> {
  requireVisible(text);
  await services.limits.write(viewer.user.id);
  return services.store.mutate('editMessage', { roomId, seq, userId: viewer.user.id, text });
}

export async function deleteMessage(
  services: Services,
  viewer: Viewer,
  roomId: string,
  seq: number,
): Promise<Changed> {
  await services.limits.write(viewer.user.id);
  const target = { roomId, seq, userId: viewer.user.id };
  const { byModerator, ...changed } = await services.store.mutate('deleteMessage', target);
  if (byModerator && !changed.duplicate) {
    audit(services, viewer, 'message deleted', { roomId, seq });
  }
  return changed;
}

/** A message in which nothing is visible is empty. */
function requireVisible(text: string): void {
  if (isVisible(text)) return;
  throw new ChatError('validation_failed', {
    details: [{ path: '/text', message: 'must have something visible in it' }],
  });
}

/** Adds a reaction, or removes the viewer's own. Every form of an emoji is the same reaction. */
export async function react(
  services: Services,
  viewer: Viewer,
  roomId: string,
  { seq, emoji: written, add }: { seq: number; emoji: string; add: boolean },
): Promise<Changed> {
  const userId = viewer.user.id;
  const emoji = qualified(written);
  if (emoji === null) {
    throw new ChatError('validation_failed', {
      details: [{ path: '/emoji', message: 'must be one emoji' }],
    });
  }
  await services.limits.write(userId);
  return services.store.mutate('react', { roomId, seq, userId, emoji, add });
}

export async function getMessage(
  services: Services,
  viewer: Viewer,
  roomId: string,
  seq: number,
): Promise<Message> {
  await requireRoom(services, viewer, roomId);
  const message = await messages.findMessage(services.store.db, roomId, seq);
  if (!message) throw new ChatError('message_not_found');
  return message;
}

/**
 * Messages ascending by seq; without `after`, the newest that fit. `hasMore` tells whether others follow in the
 * direction of the page.
 */
export async function listMessages(
  services: Services,
  viewer: Viewer,
  roomId: string,
  { before, after, limit = DEFAULT_LIMIT }: ListMessages,
): Promise<{ messages: Message[]; hasMore: boolean }> {
  if (before !== undefined && after !== undefined) {
    const message = 'cannot be used together with before';
    throw new ChatError('validation_failed', { details: [{ path: '/after', message }] });
  }
  await requireRoom(services, viewer, roomId);
  const page = { before, after, limit };
  const found = await messages.listMessages(services.store.pagesDb, roomId, page);
  return { messages: found.messages, hasMore: found.more };
}
