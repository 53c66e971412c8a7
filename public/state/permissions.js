// @ts-check
/** @import { Member, Role, Room, User } from '../../src/protocol/resources.ts' */
import { putRoom } from './rooms.js';
import { client, me } from './session.js';

/* What moderators and owners do. The server decides; these only tell what to offer. */

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
 * @param {Room | null} room
 * @param {Role | null} role of the other one
 */
export const mayActOn = (room, role) =>
  room !== null && isModerator(room) && (isOwner(room) || myRank(room) > (role ? RANKS[role] : 0));

const pathOf = (/** @type {string} */ roomId) => `rooms/${encodeURIComponent(roomId)}`;

/**
 * Adds somebody, or gives a member another role.
 *
 * @param {string} roomId
 * @param {string} userId
 * @param {Role} [role]
 * @returns {Promise<Member>}
 */
export function putMember(roomId, userId, role) {
  const path = `${pathOf(roomId)}/users/${encodeURIComponent(userId)}`;
  return client.request('PUT', path, { body: role ? { role } : {} });
}

/**
 * @param {string} roomId
 * @param {string} userId
 * @param {boolean} ban
 */
export async function removeMember(roomId, userId, ban) {
  const path = `${pathOf(roomId)}/users/${encodeURIComponent(userId)}`;
  await client.request('DELETE', path, { query: { ban: String(ban) } });
}

/**
 * @param {string} roomId
 * @returns {Promise<User[]>}
 */
export async function listBanned(roomId) {
  return (await client.request('GET', `${pathOf(roomId)}/bans`)).users;
}

/**
 * @param {string} roomId
 * @param {string} userId
 */
export async function liftBan(roomId, userId) {
  await client.request('DELETE', `${pathOf(roomId)}/bans/${encodeURIComponent(userId)}`);
}

/**
 * @param {string} roomId
 * @param {{ name?: string, topic?: string, slowModeSeconds?: number }} changes
 */
export async function updateRoom(roomId, changes) {
  putRoom(await client.request('PATCH', pathOf(roomId), { body: changes }));
}

/** @param {string} roomId */
export async function deleteRoom(roomId) {
  await client.request('DELETE', pathOf(roomId));
}
