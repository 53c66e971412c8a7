import { ChatError } from '../protocol/errors.ts';
import type { Role } from '../protocol/resources.ts';
import type * as rooms from '../store/mapping/rooms.ts';

/*
 * Who may do what in a room, in one place. It follows from the room's kind, the user's role in it, whether they
 * are banned from it, and whether they are an admin of the server.
 */

/** What a user's rights in a room follow from. */
export type Standing = Access & Pick<rooms.Standing, 'isAdmin'>;

/** What the right to read follows from: admins read what everybody reads. */
export type Access = Pick<rooms.Standing, 'kind' | 'role' | 'isBanned'>;

/** Higher ranks may do more; no role is 0. */
const RANKS = { owner: 3, moderator: 2, member: 1 } as const satisfies Record<Role, number>;

const rankOf = (role: Role | null) => (role === null ? 0 : RANKS[role]);

/** In public rooms admins rank as owners, also where they are not members. */
function rank({ kind, role, isAdmin }: Standing): number {
  return kind === 'public' && isAdmin ? RANKS.owner : rankOf(role);
}

export const isModerator = (standing: Standing) => rank(standing) >= RANKS.moderator;
export const isOwner = (standing: Standing) => rank(standing) >= RANKS.owner;

/** Everybody who is not banned reads a public room; only members read the others. */
export function refusalToRead(standing: Access | undefined): ChatError | null {
  if (!standing) return new ChatError('room_not_found');
  if (standing.isBanned) {
    return new ChatError('forbidden', { message: 'You are banned from this room' });
  }
  const isOutsider = standing.kind !== 'public' && standing.role === null;
  return isOutsider ? new ChatError('room_not_found') : null;
}

/** The same for a file of the room, which does not exist for those who may not know the room. */
export function refusalToFetch(standing: Access | undefined): ChatError | null {
  const refusal = refusalToRead(standing);
  return refusal?.code === 'room_not_found' ? new ChatError('file_not_found') : refusal;
}

export const mayRead = (standing: Access) => refusalToRead(standing) === null;

/** Returns the standing of a user who may read the room; throws where they may not. */
export function requireReader<S extends Access>(standing: S | undefined): S {
  const refusal = refusalToRead(standing);
  if (refusal) throw refusal;
  return standing!;
}

/**
 * Returns the standing of a moderator or above; throws for others. A direct room has no moderators. An admin who
 * was banned from a public room can still moderate it, and lift the ban.
 */
export function requireModerator<S extends Standing>(standing: S | undefined): S {
  if (standing && standing.kind !== 'direct' && isModerator(standing)) return standing;
  const { kind } = requireReader(standing);
  throw new ChatError('forbidden', {
    message:
      kind === 'direct'
        ? 'A direct room belongs to both of you, and cannot be changed'
        : 'Only moderators and owners of this room may do this',
  });
}

/** The same for what only owners may do. */
export function requireOwner<S extends Standing>(standing: S | undefined): S {
  const owner = requireModerator(standing);
  if (isOwner(owner)) return owner;
  throw new ChatError('forbidden', { message: 'Only owners of this room may do this' });
}

/** Nobody acts on a role equal to or above their own, except owners on owners. */
export function requireAbove(actor: Standing, target: Role | null): void {
  if (isOwner(actor) || rank(actor) > rankOf(target)) return;
  throw new ChatError('forbidden', {
    message: 'You may not act on a role equal to or above your own',
  });
}
