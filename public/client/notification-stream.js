// @ts-check
/** @import { ChatEvent } from '../../src/protocol/events.ts' */
/** @import { SessionClient } from './session-client.js' */
/** @import { ApiError } from './api-error.js' */
import { backoff, ORDINARY } from './backoff.js';

/**
 * What this uses of an EventSource.
 *
 * @typedef {(event: { readonly data: string, readonly lastEventId: string }) => void} StreamListener
 * @typedef {{ close(): void, addEventListener(type: string, listener: StreamListener): void }} EventSourceLike
 * @typedef {new (url: string) => EventSourceLike} EventSourceConstructor
 *
 * @typedef {object} NotificationHandlers
 * @property {(event: ChatEvent) => void} onEvent
 * @property {() => void} [onFresh] the stream starts here, or starts anew: load what came before
 * @property {() => void} [onReturn] the stream was away and is back. Durable events were delivered; names, read
 *   markers and presence may have changed meanwhile without an event
 * @property {(isOpen: boolean) => void} [onState] whether events arrive now
 */

/** EventSource has no listener for "any type", so each type is named, but for the one that only sockets receive. */
const EVENT_TYPES = Object.keys(
  /** @satisfies {Record<Exclude<ChatEvent['type'], 'typing'>, true>} */ ({
    'room.created': true,
    'room.updated': true,
    'room.deleted': true,
    'message.created': true,
    'message.edited': true,
    'message.deleted': true,
    'reaction.added': true,
    'reaction.removed': true,
    'member.joined': true,
    'member.left': true,
    'member.updated': true,
    'presence.joined': true,
    'presence.left': true,
    read: true,
    mention: true,
    'user.updated': true,
  }),
);

/** A stream on which nothing has come for this long is not trusted after a sleep. */
const QUIET_MS = 60_000;

/** The events of every room of the user, over SSE, for as long as the session lasts. */
export class NotificationStream {
  #client;
  #Source;
  #handlers;
  /** @type {EventSourceLike | null} the stream whose events are delivered */
  #source = null;
  /** @type {EventSourceLike | null} one that opens and will replace it */
  #next = null;
  /** @type {Set<string>} ids of events delivered while the next one opens, which will repeat them */
  #repeats = new Set();
  #openings = 0;
  #lastEventId = '';
  #failures = 0;
  #isStopped = false;
  #heardAt = 0;
  #unfollowNetwork;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #retryTimer;

  /**
   * @param {SessionClient} client
   * @param {EventSourceConstructor} Source
   * @param {NotificationHandlers} handlers
   */
  constructor(client, Source, handlers) {
    this.#client = client;
    this.#Source = Source;
    this.#handlers = handlers;
    this.#unfollowNetwork = client.followNetwork(this);
    void this.#open();
  }

  close() {
    this.#isStopped = true;
    this.#unfollowNetwork();
    this.#drop();
  }

  /** Closes the stream, and tries again: the device has lost its network. */
  interrupt() {
    this.#drop();
    this.#openLater();
  }

  #drop() {
    this.#openings += 1;
    clearTimeout(this.#retryTimer);
    this.#source?.close();
    this.#next?.close();
    this.#source = this.#next = null;
    this.#handlers.onState?.(false);
  }

  /** Skips the wait before the next attempt; replaces a stream that has been quiet, since it may be dead. */
  wake() {
    const isQuiet = Date.now() - this.#heardAt > QUIET_MS;
    if (this.#next === null && (this.#source === null || isQuiet)) void this.#open();
  }

  /** Opens a stream. The present one stays open until the new one is ready, so that nothing is missed. */
  async #open() {
    clearTimeout(this.#retryTimer);
    if (this.#isStopped) return;
    const opening = ++this.#openings;
    let token;
    try {
      token = await this.#client.ticket();
    } catch (error) {
      if (opening === this.#openings) this.#openLater(/** @type {ApiError} */ (error).retryAfter);
      return;
    }
    if (opening !== this.#openings) return;
    clearTimeout(this.#retryTimer);
    this.#next?.close();
    this.#repeats.clear();
    const lastEventId = this.#lastEventId || undefined;
    const source = new this.#Source(this.#client.api.notificationsUrl({ token, lastEventId }).href);
    this.#next = source;
    this.#listen(source);
  }

  /** @param {EventSourceLike} source */
  #listen(source) {
    let isBack = false;
    /** EventSource repeats the last id with each event that has none of its own. */
    let lastId = '';
    source.addEventListener('ready', ({ lastEventId: cursor }) => {
      if (source !== this.#next) return;
      const isFresh = this.#lastEventId === '';
      isBack = !isFresh && this.#source === null;
      lastId = cursor;
      this.#source?.close();
      this.#source = source;
      this.#next = null;
      this.#failures = 0;
      this.#heardAt = Date.now();
      this.#handlers.onState?.(true);
      if (!isFresh) return;
      this.#lastEventId = cursor;
      this.#handlers.onFresh?.();
    });
    source.addEventListener('reset', ({ lastEventId: cursor }) => {
      if (source !== this.#source) return;
      lastId = this.#lastEventId = cursor;
      isBack = false;
      this.#handlers.onFresh?.();
    });
    source.addEventListener('live', () => {
      if (source === this.#source && isBack) this.#handlers.onReturn?.();
    });
    source.addEventListener('token_expiring', ({ data }) => {
      const { expiresAt } = /** @type {{ expiresAt: string }} */ (JSON.parse(data));
      if (source === this.#source) void this.#renewToken(expiresAt);
    });
    for (const type of EVENT_TYPES) {
      source.addEventListener(type, ({ data, lastEventId: cursor }) => {
        if (source !== this.#source) return;
        const event = /** @type {ChatEvent} */ (JSON.parse(data));
        this.#deliver(event, cursor === lastId ? null : cursor);
        lastId = cursor;
      });
    }
    source.addEventListener('error', () => {
      // EventSource would reconnect by itself, but with a ticket that was used.
      source.close();
      if (source === this.#source) {
        this.#source = null;
        this.#handlers.onState?.(false);
      } else if (source === this.#next) this.#next = null;
      else return;
      if (this.#next === null) this.#openLater();
    });
  }

  /**
   * @param {ChatEvent} event
   * @param {string | null} id null for an event that is not in the log
   */
  #deliver(event, id) {
    this.#heardAt = Date.now();
    if (id !== null) {
      // The stream before this one has delivered it.
      if (this.#repeats.delete(id)) return;
      this.#lastEventId = id;
      if (this.#next !== null) this.#repeats.add(id);
    }
    this.#handlers.onEvent(event);
  }

  /** @param {number} [retryAfter] seconds that the server asks for */
  #openLater(retryAfter = 0) {
    clearTimeout(this.#retryTimer);
    if (this.#isStopped || !this.#client.session) return;
    this.#retryTimer = setTimeout(
      () => void this.#open(),
      1_000 * Math.max(1, retryAfter) + backoff(this.#failures++, ORDINARY),
    );
  }

  /**
   * A stream cannot change its token, so another one replaces it where it stopped.
   *
   * @param {string} expiresAt when the token of this stream expires
   */
  async #renewToken(expiresAt) {
    try {
      await this.#client.tokenAfter(expiresAt);
    } catch {
      // The stream ends with its token, and reconnects as after any other end.
      return;
    }
    await this.#open();
  }
}
