import { qualified } from '../../public/shared/emoji.js';
import type { ListMessages, SendMessage } from '../protocol/commands.ts';
import { DEFAULT_LIMIT } from '../protocol/limits.ts';
import { ChatError } from '../protocol/errors.ts';
import type { Message } from '../protocol/resources.ts';
import * as messages from '../store/queries/messages.ts';
import { requireVisible } from './content.ts';
import type { Changed, Edited } from './mutations/messages.ts';
import type { Send, Sent } from './mutations/send.ts';
import { requireRoom } from './rooms.ts';
import type { Services } from './services.ts';
import { logModeration } from './services/audit.ts';
import type { Viewer } from './viewer.ts';

/* Everything that writes first counts against the writer's limit, and throws `rate_limited` beyond it. */

/** Resolves once the message is on disk. */
export async function sendMessage(
  services: Services,
  viewer: Pick<Viewer, 'user'>,
  roomId: string,
  send: SendMessage,
): Promise<Sent> {
  requireContent(send);
  const userId = viewer.user.id;
  await services.limits.write(userId);
  return services.store.mutate('sendMessages', sendOf(roomId, userId, send));
}

/** The same, with the message as it was committed; for a repeat, the first message as it is now. */
export async function postMessage(
  services: Services,
  viewer: Viewer,
  roomId: string,
  send: SendMessage,
): Promise<{ message: Message; duplicate: boolean }> {
  requireContent(send);
  const userId = viewer.user.id;
  await services.limits.write(userId);
  const { message, duplicate } = await services.store.mutate('sendMessages', {
    ...sendOf(roomId, userId, send),
    wantsMessage: true,
  });
  return { message: message!, duplicate };
}

const sendOf = (
  roomId: string,
  userId: string,
  { text, clientMsgId, replyTo, fileIds, alts }: SendMessage,
): Send => ({ roomId, userId, text, clientMsgId, replyTo, fileIds, alts });

export async function editMessage(
  services: Services,
  viewer: Pick<Viewer, 'user'>,
  roomId: string,
  seq: number,
  text: string,
): Promise<Edited> {
  // Whether the message has files, the mutation knows.
  if (text !== '') requireVisible(text);
  await services.limits.write(viewer.user.id);
  return services.store.mutate('editMessage', { roomId, seq, userId: viewer.user.id, text });
}

export async function deleteMessage(
  services: Services,
  viewer: Pick<Viewer, 'user'>,
  roomId: string,
  seq: number,
): Promise<Changed> {
  await services.limits.write(viewer.user.id);
  const target = { roomId, seq, userId: viewer.user.id };
  const { byModerator, hadFiles, ...changed } = await services.store.mutate(
    'deleteMessage',
    target,
  );
  if (hadFiles) services.fileRemoval.wake();
  if (byModerator && !changed.duplicate) {
    logModeration(services, viewer, 'message deleted', { roomId, seq });
  }
  return changed;
}

/** A message is empty in which nothing is visible, unless it has files and no text. */
function requireContent({ text, fileIds = [], alts = {} }: SendMessage): void {
  if (text !== '' || fileIds.length === 0) requireVisible(text);
  const stray = Object.keys(alts).find((id) => !fileIds.includes(id));
  if (stray === undefined) return;
  const message = 'must name files of this message only';
  throw new ChatError('validation_failed', { details: [{ path: '/alts', message }] });
}

/** Adds a reaction, or removes the viewer's own. Every form of an emoji is the same reaction. */
export async function react(
  services: Services,
  viewer: Pick<Viewer, 'user'>,
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
