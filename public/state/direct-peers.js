// @ts-check
/** @import { Room } from '../../src/protocol/resources.ts' */
import { withLatestProfile } from './people.js';
import { me } from './session.js';

/** @type {Map<string, string>} user ids by room, for direct rooms that the user opened; `createdBy` names the others */
const peers = new Map();

/**
 * @param {string} roomId
 * @param {string} userId
 */
export function rememberPeer(roomId, userId) {
  peers.set(roomId, userId);
}

export function forgetPeers() {
  peers.clear();
}

/**
 * Returns the id of the other person in a direct room; undefined where it is not known.
 *
 * @param {Room} room
 */
export function peerOf({ id, kind, createdBy }) {
  if (kind !== 'direct') return undefined;
  return createdBy !== null && createdBy !== me.value?.id ? createdBy : peers.get(id);
}

/**
 * Returns a direct room under the latest name of the other person, whose name it has.
 *
 * @param {Room} room
 */
export function withPeerName(room) {
  const id = peerOf(room);
  return id === undefined ? room : { ...room, name: withLatestProfile({ ...room, id }).name };
}
