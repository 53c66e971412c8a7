import type { CloseReason } from '../protocol/errors.ts';
import type { EphemeralEvent } from '../protocol/events.ts';
import type { User } from '../protocol/resources.ts';
import type { LogEntry } from '../store/log-entry.ts';
import { FlushQueue, SWEEP_MS, type Connection, type Peer } from './connection.ts';
import { Delivery, sseFrame, textFrame, type Encoding } from './frames.ts';
import { Presence } from './presence.ts';

/** Bytes that may wait for all peers together: many slow readers must not fill the memory either. */
const MAX_TOTAL_UNREAD_BYTES = 256 * 1024 * 1024;

/** How long is remembered what an opening must not miss, in milliseconds: longer than one takes. */
const MEMORY_MS = 60_000;

type OfRoom = Extract<EphemeralEvent, { roomId: string }>;

/** Who reads a room here: sockets that are in it, and the streams of its members. */
interface Audience {
  readonly sockets: Set<Connection>;
  readonly streams: Set<Connection>;
}

/**
 * The sockets and streams of this server, by room and by user, and the way of an event to them.
 * It knows rooms and seqs, and no rules: who may be added is for those who add.
 */
export class ConnectionManager {
  /** Shared by all connections, so that a turn's writes happen together. */
  readonly flushQueue = new FlushQueue();
  readonly presence: Presence;
  readonly epoch: string;
  readonly #rooms = new Map<string, Audience>();
  /** What to undo when a connection goes: the rooms that it is in. */
  readonly #connections = new Map<Connection, Set<string>>();
  readonly #streams = new Set<Connection>();
  readonly #byUser = new Map<string, Set<Connection>>();
  /**
   * Sessions that have ended lately, and when: whoever found one in the store before is here by now, and
   * the body of their request has come.
   */
  readonly #endedSessions = new Map<string, number>();
  /** Rooms that had news lately, and when by the clock of `performance`. */
  readonly #news = new Map<string, number>();
  /** Users who changed lately, as they are now, and when by the clock of `performance`. */
  readonly #changedUsers = new Map<string, { readonly user: User; readonly at: number }>();
  /** When the last of them changed. */
  #lastChangeOfUser = -Infinity;
  /** Rooms left while a stream was opening: the list that is being read may still name them. */
  readonly #leftSince = new Map<Connection, Set<string>>();

  constructor(options: { epoch: string; presenceGraceMs: number }) {
    this.epoch = options.epoch;
    this.presence = new Presence(options.presenceGraceMs, {
      joined: (roomId, user) => this.broadcast({ type: 'presence.joined', roomId, user }),
      left: (roomId, user) => this.broadcast({ type: 'presence.left', roomId, user }),
    });
  }

  /** How many sockets and streams are open. */
  get size(): number {
    return this.#connections.size;
  }

  /** A socket enters its room: from now on it is delivered everything, and its user is there. */
  addSocket(connection: Connection, roomId: string): void {
    if (this.#closeIfEnded(connection)) return;
    this.#register(connection, [roomId]);
    this.#audience(roomId).sockets.add(connection);
    this.presence.enter(roomId, connection.peer.user);
  }

  /**
   * Whether a room may have had news since `moment`, by the clock of `performance`: what was read of it
   * then has to be read again, for who was not in the room yet was told of none.
   */
  hasNewsSince(roomId: string, moment: number): boolean {
    const isForgotten = performance.now() - moment > MEMORY_MS;
    // A direct room is named after somebody.
    const isOfOldName = this.#lastChangeOfUser >= moment;
    return isForgotten || isOfOldName || (this.#news.get(roomId) ?? -1) >= moment;
  }

  /**
   * A stream opens, and tells from now on of the rooms that its user joins. Those that they belong
   * to already have to be read from the store, while the user may be joining and leaving: so the
   * stream is added first, then they are read, then given to `addRooms`.
   */
  addStream(connection: Connection): void {
    if (this.#closeIfEnded(connection)) return;
    this.#register(connection, []);
    this.#streams.add(connection);
    this.#leftSince.set(connection, new Set());
  }

  /** The rooms that a stream's user belonged to, read after it was added. */
  addRooms(connection: Connection, roomIds: readonly string[]): void {
    const rooms = this.#connections.get(connection);
    if (!rooms) return;
    for (const roomId of roomIds) {
      if (this.#leftSince.get(connection)?.has(roomId)) continue;
      rooms.add(roomId);
      this.#audience(roomId).streams.add(connection);
    }
    this.#leftSince.delete(connection);
  }

  /** Forgets a connection. It may be called more than once. */
  remove(connection: Connection): void {
    const roomIds = this.#connections.get(connection);
    if (!roomIds) return;
    const userId = connection.peer.user.id;
    this.#connections.delete(connection);
    this.#streams.delete(connection);
    this.#leftSince.delete(connection);
    this.#byUser.get(userId)!.delete(connection);
    if (this.#byUser.get(userId)!.size === 0) this.#byUser.delete(userId);
    for (const roomId of roomIds) {
      this.#removeFromRoom(connection, roomId);
      if (connection.encoding === 'websocket') this.presence.leave(roomId, userId);
    }
  }

  /** Delivers what was committed, in the order of commit. */
  deliver(entries: readonly LogEntry[]): void {
    for (const run of runsOfOneRoom(entries)) {
      this.#news.set(run[0]!.roomId, performance.now());
      if (run[0]!.type.startsWith('member.')) this.#admitStreams(run[0]!);
      this.#deliverRun(run);
      if (run[0]!.type === 'member.left') this.#expel(run[0]!);
      if (run[0]!.type === 'room.deleted') this.#closeRoom(run[0]!.roomId);
      for (const entry of run) if (entry.mention) this.#alert(entry.mention);
    }
  }

  /** Tells what is not in the log to everybody in the room but the one it is about. */
  broadcast(event: Extract<OfRoom, { user: unknown }>): void {
    const audience = this.#rooms.get(event.roomId);
    if (!audience) return;
    const json = JSON.stringify(event);
    const others = (connection: Connection) => connection.peer.user.id !== event.user.id;
    const frame = textFrame(json);
    for (const socket of audience.sockets) if (others(socket)) socket.tell(frame);
    if (event.type === 'typing' || audience.streams.size === 0) return;
    const chunk = sseFrame(event.type, json);
    for (const stream of audience.streams) if (others(stream)) stream.tell(chunk);
  }

  /**
   * Tells one user what concerns nobody else: their streams, and their sockets in the room. `except`
   * is a connection that knows it already.
   */
  tellUser(userId: string, event: OfRoom, except: object | null = null): void {
    this.#news.set(event.roomId, performance.now());
    const json = JSON.stringify(event);
    const frame = textFrame(json);
    const chunk = sseFrame(event.type, json);
    for (const connection of this.#byUser.get(userId) ?? []) {
      if (connection === except) continue;
      if (connection.encoding === 'sse') connection.answer(chunk);
      else if (this.#connections.get(connection)!.has(event.roomId)) connection.answer(frame);
    }
  }

  /** Ends every connection of a session, also those that are just being opened. */
  closeSession(userId: string, sessionId: string, reason: CloseReason): void {
    this.#endedSessions.set(sessionId, Date.now());
    for (const connection of this.#byUser.get(userId) ?? []) {
      if (connection.peer.sessionId === sessionId) this.#close(connection, reason);
    }
  }

  /** Whether a session has ended lately, whatever the store still says of it. */
  hasEnded(sessionId: string): boolean {
    return this.#endedSessions.has(sessionId);
  }

  closeAll(reason: CloseReason): void {
    for (const connection of this.#connections.keys()) this.#close(connection, reason);
  }

  /** A user has another name, colour or right: later events say it the new way, also of who is just connecting. */
  updateUser(user: User): void {
    this.#lastChangeOfUser = performance.now();
    this.#changedUsers.set(user.id, { user, at: this.#lastChangeOfUser });
    for (const connection of this.#byUser.get(user.id) ?? []) connection.peer.user = user;
    this.presence.update(user);
  }

  /** Everybody who is connected. */
  get userIds(): string[] {
    return [...this.#byUser.keys()];
  }

  /** Tells of a user as they are now, once to each connection of some people. */
  announceUser(user: User, userIds: readonly string[]): void {
    // Of two changes in short order the first may be told last.
    const json = JSON.stringify({
      type: 'user.updated',
      user: this.#changedUsers.get(user.id)?.user ?? user,
    });
    const bytes = { websocket: textFrame(json), sse: sseFrame('user.updated', json) };
    for (const userId of userIds) {
      for (const connection of this.#byUser.get(userId) ?? []) {
        connection.tell(bytes[connection.encoding]);
      }
    }
  }

  /**
   * Looks after all connections once a second. One timer serves them all, however many: a timer
   * each would cost more than the looking. Answers the function that ends it.
   */
  startSweeping(): () => void {
    const timer = setInterval(() => {
      this.sweep(Date.now());
    }, SWEEP_MS);
    return () => clearInterval(timer);
  }

  /**
   * A socket goes on by another token of its user. Returns whether it does: the session of that token
   * may have ended since it was looked at, and then the socket is closed.
   */
  adopt(connection: Connection, { sessionId, issuedAt, expiresAt }: Omit<Peer, 'user'>): boolean {
    Object.assign(connection.peer, { sessionId, issuedAt, expiresAt });
    return !this.#closeIfEnded(connection);
  }

  /** A session may end after its token was looked at and before its connection was added. */
  #closeIfEnded(connection: Connection): boolean {
    const hasEnded = this.hasEnded(connection.peer.sessionId);
    if (hasEnded) this.#close(connection, 'session_revoked');
    return hasEnded;
  }

  /** What is due at the time `now`, in milliseconds since 1970. */
  sweep(now: number): void {
    let unread = 0;
    for (const connection of this.#connections.keys()) {
      connection.sweep(now, (expiresAt) => expiryNotice(connection.encoding, expiresAt));
      unread += connection.unreadBytes;
      if (connection.closed) this.remove(connection);
    }
    for (const [sessionId, at] of this.#endedSessions) {
      if (now - at > MEMORY_MS) this.#endedSessions.delete(sessionId);
    }
    const forgetBefore = performance.now() - MEMORY_MS;
    for (const [roomId, at] of this.#news) if (at < forgetBefore) this.#news.delete(roomId);
    for (const [userId, { at }] of this.#changedUsers) {
      if (at < forgetBefore) this.#changedUsers.delete(userId);
    }
    if (unread > MAX_TOTAL_UNREAD_BYTES) this.#cutSlowest(unread - MAX_TOTAL_UNREAD_BYTES);
  }

  #cutSlowest(excess: number): void {
    const slowest = [...this.#connections.keys()].toSorted((a, b) => b.unreadBytes - a.unreadBytes);
    let freed = 0;
    for (const connection of slowest) {
      if (freed >= excess) return;
      freed += connection.unreadBytes;
      this.#close(connection, 'too_slow');
    }
  }

  #register(connection: Connection, roomIds: readonly string[]): void {
    const userId = connection.peer.user.id;
    // They may have changed after they were looked up.
    connection.peer.user = this.#changedUsers.get(userId)?.user ?? connection.peer.user;
    this.#connections.set(connection, new Set(roomIds));
    const ofUser = this.#byUser.get(userId) ?? new Set();
    this.#byUser.set(userId, ofUser.add(connection));
  }

  #audience(roomId: string): Audience {
    let audience = this.#rooms.get(roomId);
    if (!audience) {
      audience = { sockets: new Set(), streams: new Set() };
      this.#rooms.set(roomId, audience);
    }
    return audience;
  }

  #removeFromRoom(connection: Connection, roomId: string): void {
    const audience = this.#rooms.get(roomId);
    if (!audience) return;
    audience.sockets.delete(connection);
    audience.streams.delete(connection);
    if (audience.sockets.size + audience.streams.size === 0) this.#rooms.delete(roomId);
  }

  #close(connection: Connection, reason: CloseReason): void {
    this.remove(connection);
    connection.close(reason);
  }

  #deliverRun(run: readonly LogEntry[]): void {
    const delivery = new Delivery(run, this.epoch);
    if (run[0]!.forEveryone) {
      for (const stream of this.#streams) stream.deliver(delivery);
      return;
    }
    const audience = this.#rooms.get(run[0]!.roomId);
    if (!audience) return;
    for (const socket of audience.sockets) socket.deliver(delivery);
    for (const stream of audience.streams) stream.deliver(delivery);
  }

  /** A new member's streams tell of the room from its member.joined on. */
  #admitStreams(entry: LogEntry): void {
    if (entry.type !== 'member.joined') return;
    for (const connection of this.#byUser.get(entry.userId!) ?? []) {
      if (connection.encoding !== 'sse') continue;
      this.#audience(entry.roomId).streams.add(connection);
      this.#connections.get(connection)!.add(entry.roomId);
    }
  }

  /** Those who are mentioned are told so by their streams, whether or not they joined the room. */
  #alert({ userIds, json }: NonNullable<LogEntry['mention']>): void {
    const chunk = sseFrame('mention', json);
    for (const userId of userIds) {
      for (const connection of this.#byUser.get(userId) ?? []) {
        if (connection.encoding === 'sse') connection.answer(chunk);
      }
    }
  }

  /** A room that is gone has nobody in it. */
  #closeRoom(roomId: string): void {
    const audience = this.#rooms.get(roomId);
    for (const rooms of this.#leftSince.values()) rooms.add(roomId);
    if (!audience) return;
    for (const socket of audience.sockets) this.#close(socket, 'room_deleted');
    for (const stream of audience.streams) this.#connections.get(stream)!.delete(roomId);
    this.#rooms.delete(roomId);
    this.presence.close(roomId);
  }

  /** Who has left is told so, and then no more. */
  #expel(entry: LogEntry): void {
    for (const connection of this.#byUser.get(entry.userId!) ?? []) {
      this.#leftSince.get(connection)?.add(entry.roomId);
      if (!this.#connections.get(connection)!.has(entry.roomId)) continue;
      if (connection.encoding === 'websocket') {
        this.#close(connection, entry.reason === 'left' ? 'left' : 'removed');
      } else {
        this.#connections.get(connection)!.delete(entry.roomId);
        this.#removeFromRoom(connection, entry.roomId);
      }
    }
    this.presence.expel(entry.roomId, entry.userId!);
  }
}

/**
 * Cuts entries into runs of one room, which can be sent as one. Neighbours stay neighbours: a
 * stream's cursor must never run ahead of an event that it was not sent yet. Entries that change
 * who is told, or are told to everybody, stand alone.
 */
function* runsOfOneRoom(entries: readonly LogEntry[]): Generator<readonly LogEntry[]> {
  let start = 0;
  for (let i = 1; i <= entries.length; i += 1) {
    const [last, next] = [entries[i - 1]!, entries[i]];
    const joins = next && next.roomId === last.roomId && isPlain(last) && isPlain(next);
    if (joins) continue;
    yield entries.slice(start, i);
    start = i;
  }
}

const isPlain = ({ forEveryone, type }: LogEntry) =>
  !forEveryone && !type.startsWith('member.') && type !== 'room.deleted';

function expiryNotice(encoding: Encoding, expiresAt: number): Buffer {
  const type = 'token_expiring';
  const json = JSON.stringify({ type, expiresAt: new Date(expiresAt).toISOString() });
  return encoding === 'websocket' ? textFrame(json) : sseFrame(type, json);
}
