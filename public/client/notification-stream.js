// @ts-check
/** @import { ApiError, ChatClient, EventSourceConstructor, EventSourceLike } from '../chat-client.js' */
/** @import { ChatEvent } from '../../src/protocol/events.ts' */
import { backoff, ORDINARY } from './backoff.js';

/**
 * @typedef {object} NotificationHandlers
 * @property {(event: ChatEvent) => void} onEvent
 * @property {() => void} [onFresh] the stream starts here, or starts anew: what came before is to be loaded
 * @property {() => void} [onReturn] the stream was away and is back. What is numbered has been told; names, read
 *   markers and presence that changed meanwhile have not
 */

/** EventSource has no listener for "any type": each one is named. */
const EVENT_TYPES = [
  'room.created',
  'room.updated',
  'room.deleted',
  'message.created',
  'message.edited',
  'message.deleted',
  'reaction.added',
  'reaction.removed',
  'member.joined',
  'member.left',
  'member.updated',
  'presence.joined',
  'presence.left',
  'read',
  'mention',
  'user.updated',
];

/** News of every room of the user, over SSE, for as long as the session lasts. */
export class NotificationStream {
  #client;
  #Source;
  #handlers;
  /** @type {EventSourceLike | null} the stream that is listened to */
  #source = null;
  /** @type {EventSourceLike | null} one that is to take over from it */
  #next = null;
  /** @type {Set<string>} ids that came while the next one was being opened, and that it will repeat */
  #repeats = new Set();
  #openings = 0;
  #lastEventId = '';
  #failures = 0;
  #stopped = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #retryTimer;

  /**
   * @param {ChatClient} client
   * @param {EventSourceConstructor} Source
   * @param {NotificationHandlers} handlers
   */
  constructor(client, Source, handlers) {
    this.#client = client;
    this.#Source = Source;
    this.#handlers = handlers;
    void this.#open();
  }

  close() {
    this.#stopped = true;
    clearTimeout(this.#retryTimer);
    this.#source?.close();
    this.#next?.close();
  }

  /** Opens a stream. The one there is goes on until the new one has taken over, so that nothing is missed. */
  async #open() {
    clearTimeout(this.#retryTimer);
    const opening = ++this.#openings;
    let token;
    try {
      token = await this.#client.ticket();
    } catch (error) {
      return this.#openLater(/** @type {ApiError} */ (error).retryAfter);
    }
    if (this.#stopped || opening !== this.#openings) return;
    clearTimeout(this.#retryTimer);
    this.#next?.close();
    this.#repeats.clear();
    const lastEventId = this.#lastEventId || undefined;
    const source = new this.#Source(this.#client.url('notifications', { token, lastEventId }).href);
    this.#next = source;
    this.#listen(source);
  }

  /** @param {EventSourceLike} source */
  #listen(source) {
    let isBack = false;
    /** What EventSource names with each event that has no id of its own. */
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
      if (source === this.#source) void this.#renewToken(JSON.parse(data).expiresAt);
    });
    for (const type of EVENT_TYPES) {
      source.addEventListener(type, ({ data, lastEventId: cursor }) => {
        if (source !== this.#source) return;
        this.#deliver(JSON.parse(data), cursor === lastId ? null : cursor);
        lastId = cursor;
      });
    }
    source.addEventListener('error', () => {
      // EventSource would come back by itself, but with a ticket that was used.
      source.close();
      if (source === this.#source) this.#source = null;
      else if (source === this.#next) this.#next = null;
      else return;
      if (this.#next === null) this.#openLater();
    });
  }

  /**
   * @param {ChatEvent} event
   * @param {string | null} id null for what is not in the log
   */
  #deliver(event, id) {
    if (id !== null) {
      // The stream before this one has told of it.
      if (this.#repeats.delete(id)) return;
      this.#lastEventId = id;
      if (this.#next !== null) this.#repeats.add(id);
    }
    this.#handlers.onEvent(event);
  }

  /** @param {number} [retryAfter] seconds that the server wants to be left alone */
  #openLater(retryAfter = 0) {
    clearTimeout(this.#retryTimer);
    if (this.#stopped || !this.#client.session) return;
    this.#retryTimer = setTimeout(
      () => void this.#open(),
      1_000 * Math.max(1, retryAfter) + backoff(this.#failures++, ORDINARY),
    );
  }

  /**
   * The stream cannot change its token: another one takes over where it stopped.
   *
   * @param {string} expiresAt when the token of this stream ends
   */
  async #renewToken(expiresAt) {
    try {
      await this.#client.tokenAfter(expiresAt);
    } catch {
      // The stream ends with its token, and comes back as after any refusal.
      return;
    }
    await this.#open();
  }
}
