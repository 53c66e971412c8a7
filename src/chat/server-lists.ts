import { DEFAULT_LIMIT } from '../protocol/limits.ts';
import { ChatError } from '../protocol/errors.ts';
import type { AdminHookPage, AdminInvitePage } from '../protocol/server-lists.ts';
import { authorOf } from '../store/mapping/accounts.ts';
import { isoTime, timeOf } from '../store/mapping/time.ts';
import * as incoming from '../store/queries/incoming-hooks.ts';
import * as invites from '../store/queries/invites.ts';
import * as outgoing from '../store/queries/outgoing-hooks.ts';
import type { ListOrigin } from '../store/server-list.ts';
import { requireAdmin } from './administration.ts';
import { decodeCursor, encodeCursor } from './cursors.ts';
import { toOutgoingHook } from './hooks/outgoing-hooks.ts';
import { endOf } from './invite-rules.ts';
import type { Services } from './services.ts';
import { logModeration } from './services/audit.ts';
import type { Viewer } from './viewer.ts';

/*
 * The hooks and invites of all rooms, for admins, who may end them whatever their standing in the room. They see neither
 * what lets anybody in nor what private rooms are called.
 */

interface Asked {
  readonly cursor?: string;
  readonly limit?: number;
}

const originOf = ({ room, maker }: ListOrigin) => ({
  room: { ...room, name: room.kind === 'public' ? room.name : null },
  createdBy: authorOf(maker),
});

/** A page of the hooks of all rooms, of both kinds, the newest first. */
export async function listAllHooks(
  { store }: Services,
  viewer: Viewer,
  { cursor, limit = DEFAULT_LIMIT }: Asked,
): Promise<AdminHookPage> {
  requireAdmin(viewer);
  const after = decodeCursor(cursor, 'number', 'string');
  // One more than asked for tells whether there is another page.
  const page = { after, limit: limit + 1 };
  const [sending, receiving] = await Promise.all([
    outgoing.listAllOutgoingHooks(store.searchDb, page),
    incoming.listAllIncomingHooks(store.searchDb, page),
  ]);
  const hooks = [
    ...sending.map(({ hook, ...origin }) => {
      const { url, ...shown } = toOutgoingHook(hook);
      return { ...shown, ...originOf(origin), host: new URL(url).host };
    }),
    ...receiving.map(({ hook, ...origin }) => ({ ...hook, ...originOf(origin) })),
  ];
  const found = hooks.toSorted(
    (a, b) => timeOf(b.createdAt) - timeOf(a.createdAt) || (a.id < b.id ? -1 : 1),
  );
  const shown = found.slice(0, limit);
  const last = found.length > limit ? shown.at(-1) : undefined;
  return {
    hooks: shown,
    nextCursor: last ? encodeCursor([timeOf(last.createdAt), last.id]) : null,
  };
}

/** Has an outgoing hook of any room tried again at once; also a disabled one. */
export async function resumeAnyHook(
  services: Services,
  viewer: Viewer,
  hookId: string,
): Promise<void> {
  const roomId = await roomOfHook(services, viewer, hookId);
  const ids = { roomId, hookId, actorId: viewer.user.id };
  await services.store.mutate('resumeOutgoingHook', { ...ids, asAdmin: true });
  logModeration(services, viewer, 'hook resumed', { roomId, hookId });
  services.hooks.lookNow();
}

/** Deletes a hook of any room, whatever its kind. */
export async function deleteAnyHook(
  services: Services,
  viewer: Viewer,
  hookId: string,
): Promise<void> {
  const roomId = await roomOfHook(services, viewer, hookId);
  const ids = { roomId, hookId, actorId: viewer.user.id };
  await services.store.mutate('deleteHook', { ...ids, asAdmin: true });
  logModeration(services, viewer, 'hook deleted', { roomId, hookId });
}

async function roomOfHook({ store }: Services, viewer: Viewer, hookId: string): Promise<string> {
  requireAdmin(viewer);
  const sending = await outgoing.findOutgoingHook(store.db, hookId);
  const roomId = sending?.roomId ?? (await incoming.findRoomOfHook(store.db, hookId));
  if (roomId === undefined) {
    throw new ChatError('not_found', { message: 'There is no such hook; it may be deleted' });
  }
  return roomId;
}

/**
 * A page of the invites into all rooms that were neither revoked nor have expired, the newest first. It may have fewer than
 * asked for: invites whose makers have lost the right to invite are left out.
 */
export async function listAllInvites(
  { store }: Services,
  viewer: Viewer,
  { cursor, limit = DEFAULT_LIMIT }: Asked,
): Promise<AdminInvitePage> {
  requireAdmin(viewer);
  const after = decodeCursor(cursor, 'number', 'string');
  const now = Date.now();
  const found = await invites.listAllRoomInvites(store.searchDb, { after, now, limit: limit + 1 });
  const read = found.slice(0, limit);
  const last = found.length > limit ? read.at(-1) : undefined;
  return {
    invites: read
      .filter((one) => [null, 'usedUp'].includes(endOf(one, now)))
      .map(({ code, roomId, room, maker, createdAt, expiresAt, maxUses, uses }) => ({
        id: invites.inviteIdOf(code),
        ...originOf({ room: { id: roomId!, kind: room!.kind, name: room!.name }, maker }),
        createdAt: isoTime(createdAt),
        expiresAt: isoTime(expiresAt),
        maxUses,
        uses,
      })),
    nextCursor: last ? encodeCursor([last.createdAt, invites.inviteIdOf(last.code)]) : null,
  };
}

/** Revokes an invite into any room. */
export async function revokeAnyInvite(
  services: Services,
  viewer: Viewer,
  inviteId: string,
): Promise<void> {
  requireAdmin(viewer);
  const invite = await invites.findRoomInviteById(services.store.db, inviteId);
  if (!invite) throw new ChatError('invite_not_found');
  const { code } = invite;
  const roomId = invite.roomId!;
  const revocation = { roomId, actorId: viewer.user.id, code, asAdmin: true };
  await services.store.mutate('revokeInvite', revocation);
  logModeration(services, viewer, 'invite revoked', { roomId });
}
