// @ts-check
/** @import { CreateRoom, ListMessages, ListRooms, ListUsers, Login, Register, Search, UpdateMe, UpdateRoom } from '../../src/protocol/commands.ts' */
/** @import { Me, Member, MemberPage, Message, MessagePage, Role, Room, RoomPage, Session, Ticket, UpdatedMe, User } from '../../src/protocol/resources.ts' */
/** @import { SearchPage } from '../../src/protocol/search.ts' */
/** @import { Request } from './http.js' */
import { AccountCalls } from './account-calls.js';
import { AdminCalls } from './admin-calls.js';
import { FileCalls } from './file-calls.js';
import { InviteCalls } from './invite-calls.js';
import { HookCalls } from './hook-calls.js';
import { path } from './path.js';
import { PushCalls } from './push-calls.js';
import { SignInCalls } from './sign-in-calls.js';

/**
 * @typedef {Request} CallOptions `token` null: without one; undefined: the session's, which is renewed if needed
 * @typedef {(method: string, path: string, options?: CallOptions) => Promise<unknown>} Send
 */

/**
 * Every path of the server that the client uses, with the types of what goes in and comes out. Each call
 * rejects with an `ApiError`.
 */
export class Api {
  #send;
  #url;

  /**
   * @param {Send} send
   * @param {(path: string, query?: Request['query']) => URL} url
   */
  constructor(send, url) {
    this.#send = send;
    this.#url = url;
    this.account = new AccountCalls(send);
    this.admin = new AdminCalls(send);
    this.files = new FileCalls(send);
    this.invites = new InviteCalls(send);
    this.push = new PushCalls(send);
    this.hooks = new HookCalls(send);
    this.signIn = new SignInCalls(send);
  }

  // Sessions

  /**
   * @param {Register} account
   * @returns {Promise<Session>}
   */
  register(account) {
    return this.#call('POST', 'auth/register', { body: account, token: null });
  }

  /**
   * @param {Login} credentials
   * @returns {Promise<Session>}
   */
  login(credentials) {
    return this.#call('POST', 'auth/login', { body: credentials, token: null });
  }

  /** @param {string} token of the session that ends */
  logout(token) {
    return this.#command('POST', 'auth/logout', { token });
  }

  /**
   * @param {string} token
   * @returns {Promise<Session>} the same session with a new token
   */
  refresh(token) {
    return this.#call('POST', 'auth/refresh', { token });
  }

  /** @returns {Promise<Ticket>} */
  createTicket() {
    return this.#call('POST', 'auth/ticket');
  }

  // People

  /** @param {string} token @returns {Promise<Me>} */
  getMe(token) {
    return this.#call('GET', 'users/me', { token });
  }

  /**
   * @param {UpdateMe} changes
   * @param {string} token
   * @returns {Promise<UpdatedMe>}
   */
  updateMe(changes, token) {
    return this.#call('PATCH', 'users/me', { body: changes, token });
  }

  /**
   * @param {ListUsers} query
   * @returns {Promise<{ users: User[] }>}
   */
  listUsers(query) {
    return this.#call('GET', 'users', { query });
  }

  /**
   * @param {string} userId
   * @returns {Promise<User>}
   */
  getUser(userId) {
    return this.#call('GET', path`users/${userId}`);
  }

  /** @returns {Promise<{ users: User[] }>} */
  listBlocks() {
    return this.#call('GET', 'users/me/blocks');
  }

  /** @param {string} userId */
  block(userId) {
    return this.#command('PUT', path`users/${userId}/block`);
  }

  /** @param {string} userId */
  unblock(userId) {
    return this.#command('DELETE', path`users/${userId}/block`);
  }

  // Rooms

  /**
   * @param {ListRooms} [query]
   * @returns {Promise<RoomPage>}
   */
  listRooms(query) {
    return this.#call('GET', 'rooms', { query });
  }

  /**
   * @param {string} roomId
   * @returns {Promise<Room>}
   */
  getRoom(roomId) {
    return this.#call('GET', path`rooms/${roomId}`);
  }

  /**
   * @param {CreateRoom} room
   * @returns {Promise<Room>}
   */
  createRoom(room) {
    return this.#call('POST', 'rooms', { body: room });
  }

  /**
   * @param {string} roomId
   * @param {UpdateRoom} changes
   * @returns {Promise<Room>}
   */
  updateRoom(roomId, changes) {
    return this.#call('PATCH', path`rooms/${roomId}`, { body: changes });
  }

  /** @param {string} roomId */
  deleteRoom(roomId) {
    return this.#command('DELETE', path`rooms/${roomId}`);
  }

  /**
   * Returns the direct room with somebody; creates it where there is none.
   *
   * @param {string} userId
   * @returns {Promise<Room>}
   */
  openDirect(userId) {
    return this.#call('POST', 'direct', { body: { userId } });
  }

  /** @param {string} roomId */
  leaveRoom(roomId) {
    return this.#command('POST', path`rooms/${roomId}/leave`);
  }

  /**
   * @param {string} roomId
   * @param {number} seq
   * @returns {Promise<Pick<Room, 'lastReadSeq' | 'unreadCount'>>}
   */
  markRead(roomId, seq) {
    return this.#call('PUT', path`rooms/${roomId}/read`, { body: { seq } });
  }

  // Members

  /**
   * @param {string} roomId
   * @param {{ cursor?: string, limit?: number }} query
   * @returns {Promise<MemberPage>}
   */
  listMembers(roomId, query) {
    return this.#call('GET', path`rooms/${roomId}/users`, { query });
  }

  /**
   * Adds somebody, or gives a member another role.
   *
   * @param {string} roomId
   * @param {string} userId
   * @param {Role} [role]
   * @returns {Promise<Member>}
   */
  putMember(roomId, userId, role) {
    return this.#call('PUT', path`rooms/${roomId}/users/${userId}`, { body: role ? { role } : {} });
  }

  /**
   * @param {string} roomId
   * @param {string} userId
   * @param {{ ban: boolean }} options
   */
  removeMember(roomId, userId, { ban }) {
    const query = { ban: String(ban) };
    return this.#command('DELETE', path`rooms/${roomId}/users/${userId}`, { query });
  }

  /**
   * @param {string} roomId
   * @returns {Promise<{ users: User[] }>}
   */
  listBans(roomId) {
    return this.#call('GET', path`rooms/${roomId}/bans`);
  }

  /**
   * @param {string} roomId
   * @param {string} userId
   */
  liftBan(roomId, userId) {
    return this.#command('DELETE', path`rooms/${roomId}/bans/${userId}`);
  }

  // Messages

  /**
   * @param {string} roomId
   * @param {ListMessages} query
   * @returns {Promise<MessagePage>}
   */
  listMessages(roomId, query) {
    return this.#call('GET', path`rooms/${roomId}/messages`, { query });
  }

  /**
   * @param {string} roomId
   * @param {number} seq
   * @returns {Promise<Message>}
   */
  getMessage(roomId, seq) {
    return this.#call('GET', path`rooms/${roomId}/messages/${seq}`);
  }

  /**
   * @param {string} roomId
   * @param {number} seq
   * @param {string} text
   * @returns {Promise<Message>}
   */
  editMessage(roomId, seq, text) {
    return this.#call('PATCH', path`rooms/${roomId}/messages/${seq}`, { body: { text } });
  }

  /**
   * @param {string} roomId
   * @param {number} seq
   */
  deleteMessage(roomId, seq) {
    return this.#command('DELETE', path`rooms/${roomId}/messages/${seq}`);
  }

  /**
   * @param {string} roomId
   * @param {number} seq
   * @param {string} emoji
   */
  addReaction(roomId, seq, emoji) {
    return this.#command('PUT', path`rooms/${roomId}/messages/${seq}/reactions/${emoji}`);
  }

  /**
   * @param {string} roomId
   * @param {number} seq
   * @param {string} emoji
   */
  removeReaction(roomId, seq, emoji) {
    return this.#command('DELETE', path`rooms/${roomId}/messages/${seq}/reactions/${emoji}`);
  }

  /**
   * @param {Search} query
   * @returns {Promise<SearchPage>}
   */
  searchMessages(query) {
    return this.#call('GET', 'search', { query });
  }

  // Addresses that are opened with a ticket

  /**
   * Returns the `ws:` or `wss:` address of a room's socket.
   *
   * @param {string} roomId
   * @param {{ token: string, after?: number, epoch?: string }} query `token`: a ticket
   */
  roomSocketUrl(roomId, query) {
    const url = this.#url(path`ws/chat/${roomId}`, query);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    return url;
  }

  /** @param {string} ticket @returns {URL} where a browser downloads what the user has on the server */
  exportUrl(ticket) {
    return this.#url('users/me/export', { token: ticket });
  }

  /** @param {{ token: string, lastEventId?: string }} query `token`: a ticket */
  notificationsUrl(query) {
    return this.#url('notifications', query);
  }

  /**
   * A call whose response has no body.
   *
   * @param {string} method
   * @param {string} to
   * @param {CallOptions} [options]
   */
  async #command(method, to, options) {
    await this.#send(method, to, options);
  }

  /**
   * @template T the type of the response, as the calling method declares it
   * @param {string} method
   * @param {string} to
   * @param {CallOptions} [options]
   */
  #call(method, to, options) {
    return /** @type {Promise<T>} */ (this.#send(method, to, options));
  }
}
