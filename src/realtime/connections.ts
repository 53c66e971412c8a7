import type { Connection } from './connection.ts';

/** The connections that read one room: the sockets in it and the streams of its members. */
export interface Audience {
  readonly sockets: ReadonlySet<Connection>;
  readonly streams: ReadonlySet<Connection>;
}

/** What is open. */
export interface OpenCounts {
  readonly sockets: number;
  readonly streams: number;
  /** Rooms that somebody reads. */
  readonly rooms: number;
}

const NONE: readonly Connection[] = [];
const NOBODY: ReadonlySet<Connection> = new Set();

/** The open connections of this server, by user and by the rooms that they read. */
export class Connections {
  readonly #roomIds = new Map<Connection, Set<string>>();
  readonly #byUser = new Map<string, Set<Connection>>();
  readonly #byRoom = new Map<string, Record<keyof Audience, Set<Connection>>>();
  readonly #streams = new Set<Connection>();

  get counts(): OpenCounts {
    const streams = this.#streams.size;
    return { sockets: this.#roomIds.size - streams, streams, rooms: this.#byRoom.size };
  }

  get userIds(): string[] {
    return [...this.#byUser.keys()];
  }

  /** Who reads what everybody does: the streams. */
  get everyone(): Audience {
    return { sockets: NOBODY, streams: this.#streams };
  }

  all(): Iterable<Connection> {
    return this.#roomIds.keys();
  }

  ofUser(userId: string): Iterable<Connection> {
    return this.#byUser.get(userId) ?? NONE;
  }

  /** Who reads a room; undefined if nobody does. */
  inRoom(roomId: string): Audience | undefined {
    return this.#byRoom.get(roomId);
  }

  rooms(): Iterable<[string, Audience]> {
    return this.#byRoom.entries();
  }

  has(connection: Connection): boolean {
    return this.#roomIds.has(connection);
  }

  isInRoom(connection: Connection, roomId: string): boolean {
    return this.#roomIds.get(connection)!.has(roomId);
  }

  /** Whether a user has a socket in a room. */
  hasSocketIn(roomId: string, userId: string): boolean {
    for (const connection of this.ofUser(userId)) {
      if (connection.encoding === 'websocket' && this.isInRoom(connection, roomId)) return true;
    }
    return false;
  }

  /** Adds a connection, which reads no room yet. */
  add(connection: Connection): void {
    const userId = connection.peer.user.id;
    const ofUser = this.#byUser.get(userId) ?? new Set();
    this.#byUser.set(userId, ofUser.add(connection));
    this.#roomIds.set(connection, new Set());
    if (connection.encoding === 'sse') this.#streams.add(connection);
  }

  /** Removes a connection. Returns the rooms that it read; null if it was removed before. */
  remove(connection: Connection): ReadonlySet<string> | null {
    const roomIds = this.#roomIds.get(connection);
    if (!roomIds) return null;
    this.#roomIds.delete(connection);
    this.#streams.delete(connection);
    const userId = connection.peer.user.id;
    const ofUser = this.#byUser.get(userId)!;
    ofUser.delete(connection);
    if (ofUser.size === 0) this.#byUser.delete(userId);
    for (const roomId of roomIds) this.#removeFromAudience(connection, roomId);
    return roomIds;
  }

  enterRoom(connection: Connection, roomId: string): void {
    this.#roomIds.get(connection)!.add(roomId);
    let audience = this.#byRoom.get(roomId);
    if (!audience) {
      audience = { sockets: new Set(), streams: new Set() };
      this.#byRoom.set(roomId, audience);
    }
    audience[kindOf(connection)].add(connection);
  }

  leaveRoom(connection: Connection, roomId: string): void {
    this.#roomIds.get(connection)!.delete(roomId);
    this.#removeFromAudience(connection, roomId);
  }

  #removeFromAudience(connection: Connection, roomId: string): void {
    const audience = this.#byRoom.get(roomId);
    if (!audience) return;
    audience[kindOf(connection)].delete(connection);
    if (audience.sockets.size + audience.streams.size === 0) this.#byRoom.delete(roomId);
  }
}

const kindOf = ({ encoding }: Connection): keyof Audience =>
  encoding === 'websocket' ? 'sockets' : 'streams';
