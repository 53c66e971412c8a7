// @ts-check
/**
 * The Charla protocol, without a page: sessions, HTTP, rooms over WebSocket, notifications over SSE.
 * It touches no DOM and runs in a browser or in Node, given `fetch`, `WebSocket` and `EventSource`.
 *
 *     const client = new ChatClient({ baseUrl: 'http://127.0.0.1:3000' });
 *     await client.login({ email, password });
 *     const room = client.openRoom(roomId, { onEvent: (event) => console.log(event) });
 *     room.send({ text: 'Hello' });
 *
 * Every method that talks to the server rejects with an `ApiError`.
 */
/** @import { Session } from '../src/protocol/resources.ts' */
import { NotificationStream } from './client/notification-stream.js';
import { RoomConnection } from './client/room-connection.js';

/**
 * @typedef {{ addEventListener(type: string, listener: (event: any) => void): void }} Listenable
 * @typedef {Listenable & { readonly readyState: number, send(data: string): void, close(code?: number): void }} SocketLike
 * @typedef {new (url: string) => SocketLike} SocketConstructor the browser's, or the one of `ws`
 * @typedef {Listenable & { close(): void }} EventSourceLike
 * @typedef {new (url: string) => EventSourceLike} EventSourceConstructor
 */

/**
 * Renew a token this long before its end at the latest, or a fifth of its life where that is less, so that no
 * request leaves with a dead one.
 */
const RENEW_BEFORE_MS = 30_000;
const RENEW_BEFORE_PART = 1 / 5;
/** A renewal that failed is tried again after so long at the least. */
const SHORTEST_WAIT_MS = 1_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A refusal by the server, or the failure to reach it (`statusCode` 0, code `unreachable`). */
export class ApiError extends Error {
  /**
   * @param {{ statusCode: number, code: string, message: string,
   *   details?: { path: string, message: string }[], retryAfter?: number }} refusal `retryAfter` in seconds
   */
  constructor({ statusCode, code, message, details = [], retryAfter = 0 }) {
    super(message);
    this.name = 'ApiError';
    this.statusCode = statusCode;
    this.code = code;
    this.details = details;
    this.retryAfter = retryAfter;
  }
}

export class ChatClient {
  #baseUrl;
  #fetch;
  #WebSocket;
  #EventSource;
  /** @type {Session | null} */
  #session;
  /** How long before its end the token is renewed, in milliseconds. */
  #margin = 0;
  /** @type {Promise<Session> | null} */
  #renewal = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #renewalTimer;
  /** @type {Set<(session: Session | null, reason: string | null) => void>} */
  #listeners = new Set();

  /**
   * @param {{ baseUrl: string, session?: Session | null, fetch?: typeof globalThis.fetch,
   *   WebSocket?: SocketConstructor, EventSource?: EventSourceConstructor }} options
   *   `session`: one kept from an earlier run
   */
  constructor({ baseUrl, session = null, fetch, WebSocket, EventSource }) {
    this.#baseUrl = baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`;
    this.#fetch = fetch ?? globalThis.fetch.bind(globalThis);
    this.#WebSocket = WebSocket ?? globalThis.WebSocket;
    this.#EventSource = EventSource ?? globalThis.EventSource;
    this.#session = session;
    this.#planRenewal();
  }

  get session() {
    return this.#session;
  }

  /**
   * Calls back with each new session, and with null when it ends: then `reason` is the code that
   * ended it (`session_revoked`, `token_expired`…), or null where the user signed out.
   *
   * @param {(session: Session | null, reason: string | null) => void} listener
   */
  onSession(listener) {
    this.#listeners.add(listener);
  }

  /** @param {{ email: string, password: string, name: string, setupCode?: string }} account */
  async register(account) {
    return this.adoptSession(await this.#exchange('POST', 'auth/register', { body: account }));
  }

  /** @param {{ email: string, password: string }} credentials */
  async login(credentials) {
    return this.adoptSession(await this.#exchange('POST', 'auth/login', { body: credentials }));
  }

  /** Ends the session here at once, and on the server as soon as it can be reached. */
  async logout() {
    const token = this.#session?.token;
    this.endSession(null);
    if (token) await this.#exchange('POST', 'auth/logout', { token });
  }

  /**
   * A new token for the same session. Many callers may ask at once: one request goes out.
   *
   * @returns {Promise<Session>}
   */
  refresh() {
    return (
      this.#renewal ??
      this.#renew(this.#exchange('POST', 'auth/refresh', { token: this.#requireToken() }))
    );
  }

  /**
   * Changes name, colour or password. A new password ends every session of the account and opens a new
   * one, which this client then has: whoever is told first that the old one has ended waits for it.
   *
   * @param {{ name?: string, color?: string, password?: string, currentPassword?: string }} changes
   */
  async updateMe(changes) {
    await this.#renewal?.catch(() => {});
    const token = await this.freshToken();
    const answer = this.#exchange('PATCH', 'users/me', { body: changes, token });
    await this.#renew(
      answer.then(({ token: newToken, expiresAt, ...user }) => ({
        .../** @type {Session} */ (this.#session),
        ...(newToken && { token: newToken, expiresAt }),
        user,
      })),
    );
  }

  /**
   * @param {Promise<Session>} session that is on its way
   * @returns {Promise<Session>}
   */
  #renew(session) {
    this.#renewal = session
      .then((renewed) => this.adoptSession(renewed))
      .catch((error) => {
        if (error.statusCode === 401) this.endSession(error.code);
        throw error;
      })
      .finally(() => {
        this.#renewal = null;
      });
    return this.#renewal;
  }

  /** @returns {Promise<string>} a token that is not about to end */
  async freshToken() {
    const token = this.#requireToken();
    if (this.#remainingMs() > this.#margin) return token;
    return (await this.refresh()).token;
  }

  /**
   * For whoever is told that a token ends: a later one. Many connections may be told of the same end, at
   * once or one after the other: only the first of them has it renewed.
   *
   * @param {string} expiresAt when the token ends that is to be replaced
   */
  async tokenAfter(expiresAt) {
    const mine = this.#session?.expiresAt ?? '';
    if (Date.parse(mine) > Date.parse(expiresAt)) return this.freshToken();
    return (await this.refresh()).token;
  }

  /**
   * Stands for the token in an address, where it could be seen or kept: good once, and soon.
   *
   * @returns {Promise<string>}
   */
  async ticket() {
    return (await this.request('POST', 'auth/ticket')).ticket;
  }

  /**
   * Takes a session from outside: restored, or renewed by another tab.
   *
   * @param {Session} session
   */
  adoptSession(session) {
    const isNewToken = session.token !== this.#session?.token;
    this.#session = session;
    if (isNewToken) this.#planRenewal();
    for (const listener of this.#listeners) listener(session, null);
    return session;
  }

  /** @param {string | null} reason the code that ended it, or null where the user wished it */
  endSession(reason) {
    if (!this.#session) return;
    this.#session = null;
    clearTimeout(this.#renewalTimer);
    for (const listener of this.#listeners) listener(null, reason);
  }

  /**
   * An authenticated call.
   *
   * @param {string} method
   * @param {string} path relative to the server's root, without a leading slash
   * @param {{ query?: Record<string, string | number | undefined>, body?: object }} [options]
   * @returns {Promise<any>} the parsed body, or undefined for 204
   */
  async request(method, path, options = {}) {
    const token = await this.freshToken();
    try {
      return await this.#exchange(method, path, { ...options, token });
    } catch (error) {
      if (!(error instanceof ApiError) || error.statusCode !== 401) throw error;
      // Another call may have renewed or ended the session while this one was under way, or be about to.
      await this.#renewal?.catch(() => {});
      if (token === this.#session?.token) {
        if (error.code !== 'token_expired') this.endSession(error.code);
        else await this.refresh();
      }
      if (!this.#session) throw error;
      return this.#exchange(method, path, { ...options, token: this.#session.token });
    }
  }

  /**
   * A connection to one room that stays up by itself until it is closed or the server ends it.
   *
   * @param {string} roomId
   * @param {import('./client/room-connection.js').RoomHandlers} handlers
   * @param {{ after?: number | undefined, epoch?: string | undefined }} [from] where an earlier connection stopped;
   *   without it the stream starts at the head
   */
  openRoom(roomId, handlers, from = {}) {
    return new RoomConnection(this, this.#WebSocket, roomId, handlers, from);
  }

  /**
   * News of every room the user belongs to.
   *
   * @param {import('./client/notification-stream.js').NotificationHandlers} handlers
   */
  notifications(handlers) {
    return new NotificationStream(this, this.#EventSource, handlers);
  }

  /**
   * @param {string} path
   * @param {Record<string, string | number | undefined>} [query]
   */
  url(path, query = {}) {
    const url = new URL(path, this.#baseUrl);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    return url;
  }

  /**
   * One HTTP exchange, without a word about sessions.
   *
   * @param {string} method
   * @param {string} path
   * @param {{ query?: Record<string, string | number | undefined>, body?: object, token?: string }} options
   */
  async #exchange(method, path, { query, body, token }) {
    /** @type {Record<string, string>} */
    const headers = {};
    if (token) headers['authorization'] = `Bearer ${token}`;
    if (body) headers['content-type'] = 'application/json';
    let response;
    try {
      response = await this.#fetch(this.url(path, query), {
        method,
        headers,
        body: body ? JSON.stringify(body) : null,
      });
    } catch {
      throw new ApiError({
        statusCode: 0,
        code: 'unreachable',
        message: 'The server cannot be reached.',
      });
    }
    if (response.status === 204) return undefined;
    // A proxy in between may answer in HTML: its status still tells enough.
    const answer = await response.json().catch(() => null);
    if (response.ok && answer) return answer;
    throw new ApiError({
      code: 'unavailable',
      message: `The server answered with status ${response.status}.`,
      ...answer,
      statusCode: response.status,
      retryAfter: Number(response.headers.get('retry-after')) || 0,
    });
  }

  #requireToken() {
    if (!this.#session)
      throw new ApiError({
        statusCode: 401,
        code: 'token_missing',
        message: 'You are not signed in.',
      });
    return this.#session.token;
  }

  #remainingMs() {
    return this.#session ? Date.parse(this.#session.expiresAt) - Date.now() : 0;
  }

  #planRenewal() {
    this.#margin = Math.min(RENEW_BEFORE_MS, this.#remainingMs() * RENEW_BEFORE_PART);
    this.#renewInTime();
  }

  /**
   * Renews at about half of the remaining life: a laptop that sleeps for hours then wakes with a token that
   * still counts, and a renewal that fails has half of the rest left to be tried again. Not at the same
   * moment in all the tabs that share a session: the first of them renews it for all.
   *
   * @param {number} [atLeast] milliseconds to wait in any case
   */
  #renewInTime(atLeast = SHORTEST_WAIT_MS) {
    clearTimeout(this.#renewalTimer);
    const remaining = this.#remainingMs();
    if (remaining <= 0) return;
    const half = (remaining / 2) * (0.8 + 0.2 * Math.random());
    const wait = Math.min(Math.max(half, atLeast), LONGEST_TIMER_MS);
    this.#renewalTimer = setTimeout(() => {
      this.refresh().catch(({ retryAfter = 0 }) =>
        this.#renewInTime(Math.max(SHORTEST_WAIT_MS, 1000 * retryAfter)),
      );
    }, wait);
    // In Node a pending renewal must not keep the process alive.
    /** @type {{ unref?: () => void }} */ (/** @type {unknown} */ (this.#renewalTimer)).unref?.();
  }
}
