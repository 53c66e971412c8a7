import { createHash } from 'node:crypto';
import { signOf } from '../../../public/shared/files.js';
import { clip } from '../../../public/shared/graphemes.js';
import type { PushedMessage } from '../../protocol/push.ts';
import type { Message } from '../../protocol/resources.ts';
import type { RoomForUser } from '../../store/mapping/rooms.ts';
import { block } from '../../store/queries/blocks.ts';
import { findMessage } from '../../store/queries/messages.ts';
import { findPushTarget, type Push, type PushTarget } from '../../store/queries/pushes.ts';
import { findRoomForUser } from '../../store/queries/rooms-for-user.ts';
import { post, retryAfterMs } from '../services/outgoing.ts';
import type { Services } from '../services.ts';
import type { PushKeys } from './keys.ts';

/** How long a push service keeps a message for a browser that is not online, in seconds. */
const MAX_TTL = 12 * 3600;
/** What is shown of a text: graphemes, and bytes of JSON. A push message has at most 4 KB in all (RFC 8291). */
const MAX_GRAPHEMES = 300;
const MAX_TEXT_BYTES = 2800;

/** What became of a message: `gone` where the service knows no such subscription any more. */
export type Outcome =
  | { readonly kind: 'done' | 'gone' }
  /** `retryMs` is when to try again at the earliest; null where that cannot help. */
  | { readonly kind: 'failed'; readonly retryMs: number | null; readonly reason: unknown };

interface How {
  readonly signal: AbortSignal;
  /** How long the push service may take, in milliseconds. */
  readonly requestMs: number;
}

const done: Outcome = { kind: 'done' };

/** Sends one message to one push service, as both are now. Rejects where the database is out of reach. */
export async function deliver(
  services: Services,
  keys: PushKeys,
  push: Push,
  how: How,
): Promise<Outcome> {
  const { store, manager } = services;
  const { userId, roomId, seq } = push;
  const now = Date.now();
  const [target, room, message] = await Promise.all([
    findPushTarget(store.db, push.subscriptionId, now),
    findRoomForUser(store.db, roomId, userId),
    findMessage(store.db, roomId, seq),
  ]);
  // It may have another user by now; and an end that is not on disk yet counts.
  if (target?.userId !== userId || manager.hasEnded(target.sessionId)) return done;
  if (!room || !message || !concerns(room, message)) return done;
  if (await block.first(store.db, { userId, blockedId: message.author.id })) return done;
  return send(services, keys, { target, room, message, now, how });
}

/** Whether a member still has to be notified of a message. */
const concerns = (room: RoomForUser, message: Message): boolean =>
  room.role !== null &&
  room.notify !== 'none' &&
  room.lastReadSeq < message.seq &&
  message.deletedAt === null;

async function send(
  { config }: Pick<Services, 'config'>,
  keys: PushKeys,
  what: {
    target: PushTarget;
    room: RoomForUser;
    message: Message;
    now: number;
    how: How;
  },
): Promise<Outcome> {
  const { target, room, message, now, how } = what;
  const { userId, endpoint, p256dh, auth } = target;
  const isForOne = room.kind === 'direct' || message.mentions.includes(userId);
  // After the end of the session nothing may be shown any more.
  const sessionSeconds = Math.ceil((target.sessionExpiresAt - now) / 1000);
  // Loaded by the first message that is pushed: many servers push none.
  const { default: webPush } = await import('web-push');
  const { headers, body } = webPush.generateRequestDetails(
    { endpoint, keys: { p256dh, auth } },
    JSON.stringify(payloadOf(room, message)),
    {
      vapidDetails: { subject: subjectOf(config.publicUrl), ...keys },
      TTL: Math.min(MAX_TTL, sessionSeconds),
      urgency: isForOne ? 'high' : 'normal',
      topic: topicOf(userId, room.id),
    },
  );
  try {
    const { status, headers: answer } = await post(new URL(endpoint), {
      headers,
      body,
      toPrivate: config.webhooksToPrivateAddresses,
      signal: AbortSignal.any([how.signal, AbortSignal.timeout(how.requestMs)]),
    });
    return outcomeOf(status, answer['retry-after']);
  } catch (error) {
    return { kind: 'failed', retryMs: 0, reason: error };
  }
}

function outcomeOf(status: number, retryAfter: string | undefined): Outcome {
  if (status >= 200 && status < 300) return done;
  if (status === 404 || status === 410) return { kind: 'gone' };
  const isBusy = status === 429 || status >= 500;
  const retryMs = isBusy ? retryAfterMs(retryAfter) : null;
  return { kind: 'failed', retryMs, reason: `the push service returned ${status}` };
}

function payloadOf(room: RoomForUser, message: Message): PushedMessage {
  return {
    type: 'message',
    roomId: room.id,
    roomName: room.name,
    kind: room.kind,
    seq: message.seq,
    author: message.author.name,
    text: beginningOf(message.text || signOf(message.files)),
    unreadCount: room.unreadCount,
    mentionCount: room.mentionCount,
  };
}

/** The beginning of a text, cut between graphemes. */
function beginningOf(text: string): string {
  let graphemes = MAX_GRAPHEMES;
  let shown = clip(text, graphemes);
  while (Buffer.byteLength(JSON.stringify(shown)) > MAX_TEXT_BYTES) {
    graphemes = Math.floor(graphemes / 2);
    shown = clip(text, graphemes);
  }
  return shown === text ? text : `${shown}…`;
}

/**
 * Replaces, at the push service, an older message of the same room that was not delivered yet. It tells the service
 * nothing: that of two people in one room differs.
 */
const topicOf = (userId: string, roomId: string) =>
  createHash('sha256').update(`${userId} ${roomId}`).digest('base64url').slice(0, 32);

/** Whom a push service asks where something is wrong; some require an address. */
function subjectOf(publicUrl: string | null): string {
  return publicUrl?.startsWith('https:') ? publicUrl : 'mailto:admin@charla.invalid';
}
