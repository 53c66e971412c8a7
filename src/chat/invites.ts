import { randomBytes } from 'node:crypto';
import {
  DEFAULT_EXPIRES_IN,
  type CreateInvite,
  type Invite,
  type InvitePreview,
} from '../protocol/invites.ts';
import type { Room } from '../protocol/resources.ts';
import { authorOf } from '../store/mapping/accounts.ts';
import type { InviteRecord } from '../store/mapping/invites.ts';
import { isoTime } from '../store/mapping/time.ts';
import * as invites from '../store/queries/invites.ts';
import { endOf, requireUsable } from './invite-rules.ts';
import { requireInviter } from './mutations/invites.ts';
import { toRoom } from './rooms.ts';
import type { Services } from './services.ts';
import { logModeration } from './services/audit.ts';
import type { Viewer } from './viewer.ts';

/*
 * Links that let people in: into a room, by its owners and moderators, or only onto the server, by admins. The room of
 * the latter is null.
 */

/** Random bytes of a code, which is all that somebody needs to get in. */
const CODE_BYTES = 16;

/** Which invites a request is about, and the address that links begin with, without a slash at its end. */
interface Place {
  readonly roomId: string | null;
  readonly base: string;
}

export async function createInvite(
  services: Services,
  viewer: Viewer,
  { roomId, base }: Place,
  { expiresIn = DEFAULT_EXPIRES_IN, maxUses }: CreateInvite,
): Promise<Invite> {
  await services.limits.write(viewer.user.id);
  const createdAt = Date.now();
  const invite = await services.store.mutate('createInvite', {
    code: randomBytes(CODE_BYTES).toString('base64url'),
    roomId,
    createdBy: viewer.user.id,
    createdAt,
    expiresAt: createdAt + expiresIn * 1000,
    maxUses: maxUses ?? null,
  });
  logModeration(services, viewer, 'invite made', roomId === null ? {} : { roomId });
  return toInvite(invite, base);
}

/** The invites that were neither revoked nor have expired, the newest first; those that are used up included. */
export async function listInvites(
  services: Services,
  viewer: Viewer,
  { roomId, base }: Place,
): Promise<Invite[]> {
  const { db, pagesDb } = services.store;
  await requireInviter(db, roomId, viewer.user.id);
  const [all, now] = [await invites.listInvites(pagesDb, roomId), Date.now()];
  const listed = all.filter((one) => [null, 'usedUp'].includes(endOf(one, now)));
  return listed.map((one) => toInvite(one, base));
}

export async function revokeInvite(
  services: Services,
  viewer: Viewer,
  roomId: string | null,
  code: string,
): Promise<void> {
  await services.limits.write(viewer.user.id);
  await services.store.mutate('revokeInvite', { roomId, actorId: viewer.user.id, code });
  logModeration(services, viewer, 'invite revoked', roomId === null ? {} : { roomId });
}

/** Who invites to what, for somebody without an account. Throws `invite_not_found`, which says why, for an ended one. */
export async function previewInvite({ store }: Services, code: string): Promise<InvitePreview> {
  const { room, maker, expiresAt } = requireUsable(await invites.findInvite(store.db, code));
  return { room, invitedBy: authorOf(maker), expiresAt: isoTime(expiresAt) };
}

/** Joins the room of an invite, and returns it; uses nothing up for a member. */
export async function acceptInvite(
  services: Services,
  viewer: Viewer,
  code: string,
): Promise<Room> {
  await services.limits.write(viewer.user.id);
  const use = { code, actorId: viewer.user.id };
  return toRoom(services, await services.store.mutate('acceptInvite', use));
}

function toInvite(invite: InviteRecord, base: string): Invite {
  const { code, roomId, createdBy, createdAt, expiresAt, maxUses, uses } = invite;
  return {
    code,
    url: `${base}/?invite=${code}`,
    roomId,
    createdBy,
    createdAt: isoTime(createdAt),
    expiresAt: isoTime(expiresAt),
    maxUses,
    uses,
  };
}
