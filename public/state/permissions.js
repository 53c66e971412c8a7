// @ts-check
/** @import { Role, Room } from '../../src/protocol/resources.ts' */
import { me } from './session.js';

/* The server decides what is allowed; these say what the page offers. */

/** @type {Record<Role, number>} */
const RANKS = { owner: 3, moderator: 2, member: 1 };

/** @param {Room} room */
function myRank({ kind, role }) {
  if (kind === 'public' && me.value?.isAdmin) return RANKS.owner;
  return role ? RANKS[role] : 0;
}

/** @param {Room | null} room */
export const isModerator = (room) =>
  room !== null && room.kind !== 'direct' && myRank(room) >= RANKS.moderator;

/** @param {Room | null} room */
export const isOwner = (room) =>
  room !== null && room.kind !== 'direct' && myRank(room) >= RANKS.owner;

/**
 * Whether the user may remove or ban somebody.
 *
 * @param {Room | null} room
 * @param {Role | null} role of the other person
 */
export const mayActOn = (room, role) =>
  room !== null && isModerator(room) && (isOwner(room) || myRank(room) > (role ? RANKS[role] : 0));
