import { ChatError } from '../protocol/errors.ts';
import type { Role, RoomKind } from '../protocol/resources.ts';
import type { StandingRow } from '../store/queries/rooms.ts';

/*
 * Who may do what in a room, in one place. Everything here is decided by the room's kind, the asker's
 * role in it, whether they are banned from it, and whether they are an admin of the server.
 */

/** What somebody's rights in a room follow from. */
export type Standing = Access & Pick<StandingRow, 'is_admin'>;

/** What follows from it whether somebody may read: admins read what everybody reads. */
type Access = Pick<StandingRow, 'role' | 'is_banned'> & { readonly kind: RoomKind };

/** Roles by what they may do; nobody's rights are 0. */
const RANKS = { owner: 3, moderator: 2, member: 1 } as const satisfies Record<Role, number>;

const rankOf = (role: Role | null) => (role === null ? 0 : RANKS[role]);

/** Admins do what owners do in every public room, also where they are no members. */
function rank({ kind, role, is_admin }: Standing): number {
  return kind === 'public' && is_admin === 1 ? RANKS.owner : rankOf(role);
}

export const isModerator = (standing: Standing) => rank(standing) >= RANKS.moderator;
export const isOwner = (standing: Standing) => rank(standing) >= RANKS.owner;

/** Public rooms are for everybody who is not banned, others for their members. */
export function refusalToRead(standing: Access | undefined): ChatError | null {
  if (!standing) return new ChatError('room_not_found');
  if (standing.is_banned === 1) {
    return new ChatError('forbidden', { message: 'You are banned from this room' });
  }
  const isOutsider = standing.kind !== 'public' && standing.role === null;
  return isOutsider ? new ChatError('room_not_found') : null;
}

/** Answers the standing of somebody who may read the room; throws where they may not. */
export function requireReader<S extends Access>(standing: S | undefined): S {
  const refusal = refusalToRead(standing);
  if (refusal) throw refusal;
  return standing!;
}

/**
 * For acts that tend a room: answers the standing of a moderator or more. A direct room has nobody
 * to tend it. An admin who was banned from a public room can still tend it, and lift the ban.
 */
export function requireModerator<S extends Standing>(standing: S | undefined): S {
  const tends = standing && standing.kind !== 'direct' && isModerator(standing);
  if (tends) return standing;
  const { kind } = requireReader(standing);
  throw new ChatError('forbidden', {
    message:
      kind === 'direct'
        ? 'A direct room belongs to the two of you as it is'
        : 'Only moderators and owners of this room may do this',
  });
}

/** The same for what only owners may do. */
export function requireOwner<S extends Standing>(standing: S | undefined): S {
  const owner = requireModerator(standing);
  if (isOwner(owner)) return owner;
  throw new ChatError('forbidden', { message: 'Only owners of this room may do this' });
}

/** Nobody acts on a role equal to or above their own, but an owner may on an owner. */
export function requireAbove(actor: Standing, target: Role | null): void {
  if (isOwner(actor) || rank(actor) > rankOf(target)) return;
  throw new ChatError('forbidden', { message: 'You may not act on a role like your own or above' });
}
