import type { CloseReason } from '../protocol/errors.ts';
import type { EphemeralEvent } from '../protocol/events.ts';
import type { User } from '../protocol/resources.ts';
import type { Cluster, Present } from '../store/cluster.ts';
import type { LogEntry } from '../store/log-entry.ts';
import type { Connection, Peer } from './connection.ts';
import { Connections, type OpenCounts } from './connections.ts';
import { FlushQueue } from './flush-queue.ts';
import { Delivery, expiryNotice, sseFrame, textFrame } from './frames.ts';
import { SWEEP_MS } from './health.ts';
import { Presence } from './presence.ts';
import { RecentChanges } from './recent-changes.ts';
import { RemotePresence } from './remote-presence.ts';
import { RoomWatches } from './room-watches.ts';
import { runsOfOneRoom } from './runs.ts';
import { slowestBeyondLimit } from './slowest.ts';

type RoomEvent = Extract<EphemeralEvent, { roomId: string }>;

/**
 * Delivers events to the sockets and streams of this server. It knows rooms and seqs and no rules: the caller that
 * adds a connection has checked that it may read the room.
 */
export class ConnectionManager {
  /** Shared by all connections, so that a turn's writes happen together. */
  readonly flushQueue = new FlushQueue();
  readonly traffic = this.flushQueue.traffic;
  readonly presence: Presence;
  /** The part of it that other nodes have told. */
  readonly remotePresence: RemotePresence;
  /** Readers of the log who wait for what comes next. */
  readonly watches = new RoomWatches();
  readonly #cluster: Pick<Cluster, 'setPresent'>;
  #epoch: string;
  #isStopped = false;
  readonly #connections = new Connections();
  readonly #recent = new RecentChanges();
  /** By stream that is opening, the rooms that its user has left: the list being read may still have them. */
  readonly #leftWhileOpening = new Map<Connection, Set<string>>();

  constructor(options: {
    epoch: string;
    presenceGraceMs: number;
    cluster: Pick<Cluster, 'setPresent'>;
  }) {
    this.#epoch = options.epoch;
    this.#cluster = options.cluster;
    this.presence = new Presence(options.presenceGraceMs, {
      joined: (roomId, user) => this.broadcast({ type: 'presence.joined', roomId, user }),
      left: (roomId, user) => this.broadcast({ type: 'presence.left', roomId, user }),
    });
    this.remotePresence = new RemotePresence(this.presence);
  }

  /** What is open on this server. */
  get counts(): OpenCounts {
    return this.#connections.counts;
  }

  /** Everybody who has a connection. */
  get userIds(): string[] {
    return this.#connections.userIds;
  }

  /** The sessions of all connections and watches, each once, with its user. */
  sessions(): Map<string, string> {
    const sessions = new Map<string, string>();
    for (const { peer } of this.#connections.all()) sessions.set(peer.sessionId, peer.user.id);
    for (const { sessionId, userId } of this.watches.all()) sessions.set(sessionId, userId);
    return sessions;
  }

  /** The users with a connection here or online in a room, by id, as clients know them. */
  knownUsers(): Map<string, User> {
    const users = new Map<string, User>();
    for (const user of this.presence.users()) users.set(user.id, user);
    for (const { peer } of this.#connections.all()) users.set(peer.user.id, peer.user);
    return users;
  }

  /** The users who have a socket here, once for each room. */
  *present(): Iterable<Present> {
    for (const [roomId, { sockets }] of this.#connections.rooms()) {
      const users = new Map(Array.from(sockets, ({ peer: { user } }) => [user.id, user]));
      for (const user of users.values()) yield { roomId, user };
    }
  }

  /** Adds a socket to its room. From now on it receives every event, and its user is online there. */
  addSocket(connection: Connection, roomId: string): void {
    if (this.#closeIfEnded(connection)) return;
    this.#register(connection);
    const { user } = connection.peer;
    const isFirst = !this.#connections.hasSocketIn(roomId, user.id);
    this.#connections.enterRoom(connection, roomId);
    this.presence.enter(roomId, user);
    if (isFirst) this.#cluster.setPresent({ roomId, user }, true);
  }

  /**
   * Adds a stream. From now on it receives the events of rooms that its user joins. The rooms that they belong to
   * already have to be read from the store, and they may join and leave meanwhile: so add the stream first,
   * then read the rooms, then pass them to `addRooms`.
   */
  addStream(connection: Connection): void {
    if (this.#closeIfEnded(connection)) return;
    this.#register(connection);
    this.#leftWhileOpening.set(connection, new Set());
  }

  /** Adds a stream to the rooms of its user, which were read after the stream was added. */
  addRooms(connection: Connection, roomIds: readonly string[]): void {
    if (!this.#connections.has(connection)) return;
    for (const roomId of roomIds) {
      if (this.#leftWhileOpening.get(connection)?.has(roomId)) continue;
      this.#connections.enterRoom(connection, roomId);
    }
    this.#leftWhileOpening.delete(connection);
  }

  /** Removes a connection. May be called more than once. */
  remove(connection: Connection): void {
    const roomIds = this.#connections.remove(connection);
    this.#leftWhileOpening.delete(connection);
    if (!roomIds || connection.encoding !== 'websocket') return;
    const { user } = connection.peer;
    for (const roomId of roomIds) {
      this.presence.leave(roomId, user.id);
      const isLast = !this.#connections.hasSocketIn(roomId, user.id);
      if (isLast) this.#cluster.setPresent({ roomId, user }, false);
    }
  }

  /** Delivers what was committed, in the order of commit. */
  deliver(entries: readonly LogEntry[]): void {
    const since = performance.now();
    for (const run of runsOfOneRoom(entries)) {
      const first = run[0]!;
      this.#recent.noteRoom(first.roomId);
      if (first.type === 'member.joined') this.#admitStreams(first);
      this.#deliverRun(run);
      if (first.type === 'member.left') this.#expel(first);
      if (first.type === 'room.deleted') this.#closeRoom(first.roomId);
      for (const entry of run) if (entry.mention) this.#sendMention(entry.mention);
      this.watches.noteRoom(first.roomId);
    }
    this.flushQueue.noteDelivery(since);
  }

  /** Sends an event that is not in the log to everybody in its room except the user whom it is about. */
  broadcast(event: Extract<RoomEvent, { user: unknown }>): void {
    const audience = this.#connections.inRoom(event.roomId);
    if (!audience) return;
    const json = JSON.stringify(event);
    const isOther = (connection: Connection) => connection.peer.user.id !== event.user.id;
    const frame = textFrame(json);
    for (const socket of audience.sockets) if (isOther(socket)) socket.sendSoon(frame);
    if (event.type === 'typing' || audience.streams.size === 0) return;
    const chunk = sseFrame(event.type, json);
    for (const stream of audience.streams) if (isOther(stream)) stream.sendSoon(chunk);
  }

  /**
   * Sends an event that concerns one user alone to their streams, and to their sockets in its room. `except` is a
   * connection that knows it already.
   */
  sendToUser(userId: string, event: RoomEvent, except: object | null = null): void {
    this.#recent.noteRoom(event.roomId);
    const json = JSON.stringify(event);
    const frame = textFrame(json);
    const chunk = sseFrame(event.type, json);
    for (const connection of this.#connections.ofUser(userId)) {
      if (connection === except) continue;
      if (connection.encoding === 'sse') connection.sendAfterReplay(chunk);
      else if (this.#connections.isInRoom(connection, event.roomId)) {
        connection.sendAfterReplay(frame);
      }
    }
  }

  /** Updates a user's name, colour or rights, for later events and for connections that are just being opened. */
  updateUser(user: User): void {
    this.#recent.noteUser(user);
    for (const connection of this.#connections.ofUser(user.id)) connection.peer.user = user;
    this.presence.update(user);
  }

  /** Sends a user's current name, colour and rights, once to each connection of the given people. */
  announceUser(user: User, userIds: readonly string[]): void {
    // Of two quick changes, the first may be announced last.
    const json = JSON.stringify({ type: 'user.updated', user: this.#recent.latest(user) });
    const bytes = { websocket: textFrame(json), sse: sseFrame('user.updated', json) };
    for (const userId of userIds) {
      for (const connection of this.#connections.ofUser(userId)) {
        connection.sendSoon(bytes[connection.encoding]);
      }
    }
  }

  /**
   * Whether a room may have changed since `moment`, a time of `performance.now()`. If so, what was read of the room
   * then must be read again: a connection that was not added yet has received none of the events.
   */
  hasChangedSince(roomId: string, moment: number): boolean {
    return this.#recent.hasRoomChangedSince(roomId, moment);
  }

  /** Closes every connection of a session, also those that are just being opened, and wakes its watches. */
  closeSession(userId: string, sessionId: string, reason: CloseReason): void {
    this.#recent.noteEndedSession(sessionId);
    for (const connection of this.#connections.ofUser(userId)) {
      if (connection.peer.sessionId === sessionId) this.#close(connection, reason);
    }
    for (const watch of this.watches.all()) if (watch.sessionId === sessionId) watch.note();
  }

  /** Whether a session has ended within the last minute, whatever an older query says. */
  hasEnded(sessionId: string): boolean {
    return this.#recent.hasEnded(sessionId);
  }

  /**
   * Continues a socket with another token of its user. Returns false if the session of that token has ended since
   * it was verified; the socket is then closed.
   */
  adoptToken(connection: Connection, token: Omit<Peer, 'user'>): boolean {
    const { sessionId, issuedAt, expiresAt } = token;
    Object.assign(connection.peer, { sessionId, issuedAt, expiresAt });
    return !this.#closeIfEnded(connection);
  }

  /** Closes all connections, since the log is now that of another database. Clients come back and receive `reset`. */
  reset(epoch: string): void {
    this.#epoch = epoch;
    this.#recent.noteReset();
    this.#closeAll();
  }

  /** Closes all connections, and those that are opening now once they are added: nobody else would. */
  stop(): void {
    this.#isStopped = true;
    this.#closeAll();
  }

  /**
   * Sweeps once a second, until the returned function is called. One timer serves all connections: a timer for
   * each would cost more than the checks.
   */
  startSweeping(): () => void {
    const timer = setInterval(() => {
      this.sweep(Date.now());
    }, SWEEP_MS);
    return () => clearInterval(timer);
  }

  /** Checks every connection. `now` is in milliseconds since 1970. */
  sweep(now: number): void {
    let unread = 0;
    for (const connection of this.#connections.all()) {
      connection.sweep(now, expiryNotice);
      unread += connection.unreadBytes;
      if (connection.closed) this.remove(connection);
    }
    this.traffic.unreadBytes = unread;
    this.#recent.forgetOld();
    for (const connection of slowestBeyondLimit(this.#connections.all(), unread)) {
      this.#close(connection, 'too_slow');
    }
  }

  #register(connection: Connection): void {
    const { peer } = connection;
    // The user may have changed since the token was verified.
    peer.user = this.#recent.latest(peer.user);
    this.#connections.add(connection);
  }

  /** A session may end, or the server stop, after a token was verified and before its connection was added. */
  #closeIfEnded(connection: Connection): boolean {
    const hasEnded = this.hasEnded(connection.peer.sessionId);
    if (hasEnded) this.#close(connection, 'session_revoked');
    else if (this.#isStopped) this.#close(connection, 'restarting');
    return hasEnded || this.#isStopped;
  }

  #closeAll(): void {
    for (const connection of this.#connections.all()) this.#close(connection, 'restarting');
    this.watches.noteAll();
  }

  #close(connection: Connection, reason: CloseReason): void {
    this.remove(connection);
    connection.close(reason);
  }

  #deliverRun(run: readonly LogEntry[]): void {
    const delivery = new Delivery(run, this.#epoch);
    const audience = run[0]!.forEveryone
      ? this.#connections.everyone
      : this.#connections.inRoom(run[0]!.roomId);
    if (!audience) return;
    const { delivered } = this.traffic;
    delivered.websocket += run.length * audience.sockets.size;
    delivered.sse += run.length * audience.streams.size;
    for (const socket of audience.sockets) socket.deliver(delivery);
    for (const stream of audience.streams) stream.deliver(delivery);
  }

  /** Adds a new member's streams to the room before their member.joined is delivered. */
  #admitStreams(entry: LogEntry): void {
    for (const connection of this.#connections.ofUser(entry.userId!)) {
      if (connection.encoding === 'sse') this.#connections.enterRoom(connection, entry.roomId);
    }
  }

  /** Removes a member who has left from the room, after their member.left was delivered. */
  #expel({ roomId, userId, reason }: LogEntry): void {
    for (const connection of this.#connections.ofUser(userId!)) {
      this.#leftWhileOpening.get(connection)?.add(roomId);
      if (!this.#connections.isInRoom(connection, roomId)) continue;
      if (connection.encoding === 'websocket') {
        this.#close(connection, reason === 'left' ? 'left' : 'removed');
      } else {
        this.#connections.leaveRoom(connection, roomId);
      }
    }
    this.remotePresence.expel(roomId, userId!);
    this.presence.expel(roomId, userId!);
  }

  /** Removes everybody from a deleted room, after its room.deleted was delivered. */
  #closeRoom(roomId: string): void {
    const { sockets, streams } = this.#connections.inRoom(roomId) ?? { sockets: [], streams: [] };
    for (const rooms of this.#leftWhileOpening.values()) rooms.add(roomId);
    for (const socket of sockets) this.#close(socket, 'room_deleted');
    for (const stream of streams) this.#connections.leaveRoom(stream, roomId);
    this.remotePresence.close(roomId);
    this.presence.close(roomId);
  }

  /** Sends a mention to the streams of the mentioned users, whether or not they have joined the room. */
  #sendMention({ userIds, json }: NonNullable<LogEntry['mention']>): void {
    const chunk = sseFrame('mention', json);
    for (const userId of userIds) {
      for (const connection of this.#connections.ofUser(userId)) {
        if (connection.encoding === 'sse') connection.sendAfterReplay(chunk);
      }
    }
  }
}
