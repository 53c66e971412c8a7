// @ts-check
/** @import { Login, Register, UpdateMe } from '../../src/protocol/commands.ts' */
/** @import { Session } from '../../src/protocol/resources.ts' */
/** @import { CallOptions } from './api.js' */
import { ApiError } from './api-error.js';
import { Api } from './api.js';
import { Http } from './http.js';
import { RenewalTimer } from './renewal-timer.js';

/** @typedef {{ wake(): void, interrupt(): void }} Networked a connection that is not closed for good */

/**
 * @typedef {object} SessionOptions
 * @property {string} baseUrl
 * @property {Session | null} [session] one kept from an earlier run
 * @property {typeof globalThis.fetch} [fetch]
 */

/** A session and the calls of the server's HTTP interface: all that signing in needs. */
export class SessionClient {
  #http;
  /** @type {Session | null} */
  #session = null;
  /** @type {Promise<Session> | null} */
  #renewal = null;
  /** @type {(() => Promise<string>) | null} where tokens come from that another application issues */
  #getToken = null;
  #renewalTimer = new RenewalTimer(() => this.refresh());
  /** @type {Set<(session: Session | null, reason: string | null) => void>} */
  #listeners = new Set();
  /** @type {Set<Networked>} */
  #networked = new Set();

  /** The calls of the server's HTTP interface, with the token of the session. */
  api = new Api(
    (method, path, options) => this.#send(method, path, options),
    (path, query) => this.#http.url(path, query),
  );

  /**
   * @param {SessionOptions} options
   */
  constructor({ baseUrl, session = null, fetch }) {
    this.#http = new Http(baseUrl, fetch);
    if (session) this.adoptSession(session);
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

  /** @param {Register} account */
  async register(account) {
    return this.adoptSession(await this.api.register(account));
  }

  /** @param {Login} credentials */
  async login(credentials) {
    return this.adoptSession(await this.api.login(credentials));
  }

  /**
   * Signs in with the tokens of an application that signs its users in itself, and asks it for another one in time; or
   * with an API token, which is always the same.
   *
   * @param {() => Promise<string>} getToken resolves with a new token, a JWT, or with an API token; it may reject while there is none
   */
  async useTokens(getToken) {
    this.#getToken = getToken;
    return this.refresh();
  }

  /** Ends the session here at once, and on the server as soon as it can be reached. */
  async logout() {
    const token = this.#session?.token;
    this.endSession(null);
    if (token) await this.api.logout(token);
  }

  /**
   * Gets a new token. Many callers may ask at once: one request goes out.
   *
   * @returns {Promise<Session>}
   */
  async refresh() {
    if (this.#renewal) return this.#renewal;
    if (this.#getToken) return this.#renew(this.#sessionOf(this.#getToken));
    return this.#renew(this.api.refresh(this.#requireSession().token));
  }

  /**
   * @param {() => Promise<string>} getToken
   * @returns {Promise<Session>}
   */
  async #sessionOf(getToken) {
    let token;
    try {
      token = await getToken();
    } catch (error) {
      const message = `The application has no token: ${String(error)}`;
      throw new ApiError({ statusCode: 0, code: 'unreachable', message });
    }
    const user = await this.api.getMe(token);
    return { token, expiresAt: expiryOf(token), user };
  }

  /**
   * Changes name, colour or password. A new password ends every session of the account and opens a new
   * one, which this client adopts: a connection that closes because the old one has ended waits for it.
   *
   * @param {UpdateMe} changes
   */
  async updateMe(changes) {
    await this.#renewal?.catch(() => {});
    const update = this.api.updateMe(changes, await this.freshToken());
    await this.#renew(
      update.then(({ token, expiresAt, ...user }) => {
        const old = this.#requireSession();
        return { token: token ?? old.token, expiresAt: expiresAt ?? old.expiresAt, user };
      }),
    );
  }

  /**
   * @param {Promise<Session>} session
   * @returns {Promise<Session>}
   */
  #renew(session) {
    this.#renewal = session
      .then((renewed) => this.adoptSession(renewed))
      .catch((/** @type {ApiError} */ error) => {
        if (error.statusCode === 401) this.endSession(error.code);
        throw error;
      })
      .finally(() => {
        this.#renewal = null;
      });
    return this.#renewal;
  }

  /** @returns {Promise<string>} a token that is not about to expire */
  async freshToken() {
    const { token } = this.#requireSession();
    return this.#renewalTimer.isDue() ? (await this.refresh()).token : token;
  }

  /**
   * Returns a token that expires later. Many connections may learn that the same token expires, at once or
   * one after the other: only the first call renews it.
   *
   * @param {string} expiresAt when the token to be replaced expires
   */
  async tokenAfter(expiresAt) {
    const mine = this.#session?.expiresAt ?? '';
    if (Date.parse(mine) > Date.parse(expiresAt)) return this.freshToken();
    return (await this.refresh()).token;
  }

  /**
   * Returns what replaces the token in a URL, which others could see or keep: valid once, and not for long.
   *
   * @returns {Promise<string>}
   */
  async ticket() {
    return (await this.api.createTicket()).ticket;
  }

  /**
   * Takes over a session from outside: a stored one, or one that another tab has renewed.
   *
   * @param {Session} session
   */
  adoptSession(session) {
    const isNewToken = session.token !== this.#session?.token;
    this.#session = session;
    if (isNewToken) this.#renewalTimer.start(session.expiresAt);
    for (const listener of this.#listeners) listener(session, null);
    return session;
  }

  /** @param {string | null} reason the code that ended it, or null where the user signed out */
  endSession(reason) {
    if (!this.#session) return;
    this.#session = null;
    this.#getToken = null;
    this.#renewalTimer.stop();
    for (const listener of this.#listeners) listener(null, reason);
  }

  /**
   * Ends every connection, and tries again: for a device that has just lost its network. A connection would find out
   * much later. A server on the same device can still be reached.
   */
  interrupt() {
    for (const one of this.#networked) one.interrupt();
  }

  /**
   * Skips every wait before the next attempt, and finds out whether quiet connections are alive: for a device that
   * may have slept.
   */
  wake() {
    for (const one of this.#networked) one.wake();
  }

  /**
   * @param {Networked} connection to be woken and interrupted
   * @returns {() => void} ends this, once the connection is closed
   */
  followNetwork(connection) {
    this.#networked.add(connection);
    return () => this.#networked.delete(connection);
  }

  /**
   * Sends a request with the session's token, unless the call brings its own or wants none. Repeats it once
   * where the token was replaced or has expired meanwhile.
   *
   * @param {string} method
   * @param {string} path
   * @param {CallOptions} [options]
   */
  async #send(method, path, options = {}) {
    if (options.token !== undefined) return this.#http.exchange(method, path, options);
    const token = await this.freshToken();
    try {
      return await this.#http.exchange(method, path, { ...options, token });
    } catch (error) {
      if (!(error instanceof ApiError) || error.statusCode !== 401) throw error;
      // Another call may have renewed or ended the session meanwhile, or be about to.
      await this.#renewal?.catch(() => {});
      if (token === this.#session?.token) {
        if (error.code !== 'token_expired') this.endSession(error.code);
        else await this.refresh();
      }
      if (!this.#session) throw error;
      return this.#http.exchange(method, path, { ...options, token: this.#session.token });
    }
  }

  #requireSession() {
    if (!this.#session)
      throw new ApiError({
        statusCode: 401,
        code: 'token_missing',
        message: 'You are not signed in.',
      });
    return this.#session;
  }
}

/**
 * @param {string} token a JWT that the server has accepted, or an API token, which says nothing of its end
 * @returns {string} when it expires, in ISO 8601
 */
function expiryOf(token) {
  if (token.startsWith('chr_')) return '9999-12-31T23:59:59.000Z';
  const payload = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
  const { exp } = /** @type {{ exp: number }} */ (JSON.parse(atob(payload)));
  return new Date(exp * 1000).toISOString();
}
