import type { User } from '../protocol/resources.ts';
import type { Present } from '../store/cluster.ts';
import type { Presence } from './presence.ts';

/** A node's users by room. */
type Rooms = Map<string, Map<string, User>>;

/** Who has a socket on another node. Each node counts as one connection of the user. */
export class RemotePresence {
  readonly #presence: Presence;
  readonly #nodes = new Map<string, Rooms>();

  constructor(presence: Presence) {
    this.#presence = presence;
  }

  /** A user's first socket in a room has opened on a node, or their last one has closed. */
  set(nodeId: string, { roomId, user }: Present, isPresent: boolean): void {
    if (!isPresent) return this.#leave(nodeId, roomId, user.id);
    const rooms = this.#nodes.get(nodeId) ?? new Map<string, Map<string, User>>();
    const users = rooms.get(roomId) ?? new Map<string, User>();
    const isNew = !users.has(user.id);
    this.#nodes.set(nodeId, rooms.set(roomId, users.set(user.id, user)));
    if (isNew) this.#presence.enter(roomId, user);
  }

  /** Takes all users with sockets on other nodes, by node, and forgets all others. */
  replace(all: ReadonlyMap<string, readonly Present[]>): void {
    const isListed = new Set<string>();
    for (const [nodeId, list] of all) {
      for (const present of list) {
        isListed.add(`${nodeId} ${present.roomId} ${present.user.id}`);
        this.set(nodeId, present, true);
      }
    }
    for (const [nodeId, rooms] of this.#nodes) {
      for (const [roomId, userId] of placesIn(rooms)) {
        if (!isListed.has(`${nodeId} ${roomId} ${userId}`)) this.#leave(nodeId, roomId, userId);
      }
    }
  }

  /** A node is gone. */
  forgetNode(nodeId: string): void {
    const rooms = this.#nodes.get(nodeId);
    for (const [roomId, userId] of rooms ? placesIn(rooms) : []) {
      this.#leave(nodeId, roomId, userId);
    }
  }

  /** A user was removed from a room, on all nodes. Their sockets there close, which is then not counted. */
  expel(roomId: string, userId: string): void {
    for (const nodeId of this.#nodes.keys()) this.#remove(nodeId, roomId, userId);
  }

  /** A room was deleted, on all nodes. */
  close(roomId: string): void {
    for (const rooms of this.#nodes.values()) rooms.delete(roomId);
  }

  #leave(nodeId: string, roomId: string, userId: string): void {
    if (this.#remove(nodeId, roomId, userId)) this.#presence.leave(roomId, userId);
  }

  /** Returns whether they were there. */
  #remove(nodeId: string, roomId: string, userId: string): boolean {
    const rooms = this.#nodes.get(nodeId);
    const users = rooms?.get(roomId);
    if (!rooms || !users?.delete(userId)) return false;
    if (users.size === 0) rooms.delete(roomId);
    if (rooms.size === 0) this.#nodes.delete(nodeId);
    return true;
  }
}

/** The rooms and users of a node, as a copy: they may be removed meanwhile. */
const placesIn = (rooms: Rooms): (readonly [roomId: string, userId: string])[] =>
  [...rooms].flatMap(([roomId, users]) => [...users.keys()].map((id) => [roomId, id] as const));
