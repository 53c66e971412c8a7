import type { CreateOutgoingHook } from '../../protocol/hooks.ts';
import type { NewOutgoingHook, OutgoingHook } from '../../protocol/hooks.ts';
import type { IncomingHook } from '../../protocol/incoming-hooks.ts';
import { ChatError } from '../../protocol/errors.ts';
import { isoTime } from '../../store/mapping/time.ts';
import { listHooks as listIncomingHooks } from '../../store/queries/incoming-hooks.ts';
import { listOutgoingHooks, type HookWithLag } from '../../store/queries/outgoing-hooks.ts';
import { findStanding } from '../../store/queries/rooms.ts';
import { newId } from '../ids.ts';
import { requireModerator } from '../permissions.ts';
import { logModeration } from '../services/audit.ts';
import { refusalOf } from '../services/public-address.ts';
import type { Services } from '../services.ts';
import type { Viewer } from '../viewer.ts';
import { failureOf } from './failure-reasons.ts';
import { newSecret } from './signature.ts';

/** Adds a hook that takes what happens in the room from now on. Its secret is not shown again. */
export async function addOutgoingHook(
  services: Services,
  viewer: Viewer,
  roomId: string,
  { url: raw, events }: CreateOutgoingHook,
): Promise<NewOutgoingHook> {
  const parsed = URL.parse(raw);
  const toPrivate = services.config.webhooksToPrivateAddresses;
  const message = parsed ? refusalOf(parsed, { toPrivate }) : 'must be a URL';
  if (!parsed || message !== null) {
    throw new ChatError('validation_failed', {
      details: [{ path: '/url', message: message ?? '' }],
    });
  }
  await services.limits.write(viewer.user.id);
  const [id, url, secret] = [newId(), parsed.href, newSecret()];
  const createdBy = viewer.user.id;
  const hook = { id, roomId, createdBy, url, events: events ?? null, secret };
  await services.store.mutate('addOutgoingHook', { ...hook, createdAt: Date.now() });
  logModeration(services, viewer, 'hook added', { roomId, hookId: id });
  // The worker learns of the hook before its first event.
  services.hooks.lookNow();
  return { id, url, secret };
}

/** Has a hook of the room tried again at once; also a disabled one. */
export async function resumeOutgoingHook(
  services: Services,
  viewer: Viewer,
  roomId: string,
  hookId: string,
): Promise<void> {
  const actorId = viewer.user.id;
  await services.limits.write(actorId);
  await services.store.mutate('resumeOutgoingHook', { roomId, actorId, hookId });
  logModeration(services, viewer, 'hook resumed', { roomId, hookId });
  services.hooks.lookNow();
}

/** Deletes a hook of the room, whatever its kind. */
export async function deleteHook(
  services: Services,
  viewer: Viewer,
  roomId: string,
  hookId: string,
): Promise<void> {
  const actorId = viewer.user.id;
  await services.limits.write(actorId);
  await services.store.mutate('deleteHook', { roomId, actorId, hookId });
  logModeration(services, viewer, 'hook deleted', { roomId, hookId });
}

/** The hooks of a room, the oldest first, for its moderators. */
export async function listHooks(
  { store }: Services,
  viewer: Viewer,
  roomId: string,
): Promise<(OutgoingHook | IncomingHook)[]> {
  requireModerator(await findStanding(store.db, roomId, viewer.user.id));
  const outgoing = (await listOutgoingHooks(store.pagesDb, roomId)).map(toOutgoingHook);
  const all = [...outgoing, ...(await listIncomingHooks(store.pagesDb, roomId))];
  return all.toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : 1));
}

export function toOutgoingHook(hook: HookWithLag): OutgoingHook {
  const { id, url, events, createdBy, disabledAt, nextAttemptAt, behindSince } = hook;
  const timeOrNull = (at: number | null) => (at === null ? null : isoTime(at));
  return {
    id,
    kind: 'outgoing',
    url,
    events: events && [...events],
    createdBy,
    createdAt: isoTime(hook.createdAt),
    state: disabledAt !== null ? 'disabled' : nextAttemptAt !== null ? 'retrying' : 'active',
    nextAttemptAt: disabledAt === null ? timeOrNull(nextAttemptAt) : null,
    lastAnswer:
      hook.lastAt === null
        ? null
        : {
            at: isoTime(hook.lastAt),
            status: hook.lastStatus,
            error: hook.lastError,
            reason: failureOf(hook.lastStatus, hook.lastError),
          },
    behind: { events: hook.head - hook.seq, since: timeOrNull(behindSince) },
  };
}
