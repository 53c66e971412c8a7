// @ts-check
/** @import { ChatClient, EventSourceConstructor, EventSourceLike, Mention, RoomEvent } from '../chat-client.js' */
import { backoff, ORDINARY } from './backoff.js';

/**
 * @typedef {object} NotificationHandlers
 * @property {(event: RoomEvent | Mention) => void} onEvent
 * @property {() => void} [onFresh] the stream starts here, or starts anew: what came before is to be loaded
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
];

/** News of every room of the user, over SSE, for as long as the session lasts. */
export class NotificationStream {
  #client;
  #Source;
  #handlers;
  /** @type {EventSourceLike | null} */
  #source = null;
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
  }

  async #open() {
    clearTimeout(this.#retryTimer);
    let token;
    try {
      token = await this.#client.ticket();
    } catch {
      return this.#openLater();
    }
    if (this.#stopped) return;
    // The stream that is to be replaced may have broken meanwhile.
    clearTimeout(this.#retryTimer);
    this.#source?.close();
    const lastEventId = this.#lastEventId || undefined;
    const source = new this.#Source(this.#client.url('notifications', { token, lastEventId }).href);
    this.#source = source;
    source.addEventListener('ready', ({ lastEventId: cursor }) => {
      this.#failures = 0;
      const fresh = this.#lastEventId === '';
      this.#lastEventId = cursor;
      if (fresh) this.#handlers.onFresh?.();
    });
    source.addEventListener('reset', ({ lastEventId: cursor }) => {
      this.#lastEventId = cursor;
      this.#handlers.onFresh?.();
    });
    source.addEventListener('token_expiring', () => void this.#renewToken());
    for (const type of EVENT_TYPES) {
      source.addEventListener(type, ({ data, lastEventId: cursor }) => {
        if (cursor) this.#lastEventId = cursor;
        this.#handlers.onEvent(JSON.parse(data));
      });
    }
    source.addEventListener('error', () => {
      // EventSource would come back by itself, but with a ticket that was used.
      source.close();
      if (source === this.#source) this.#openLater();
    });
  }

  #openLater() {
    clearTimeout(this.#retryTimer);
    if (this.#stopped || !this.#client.session) return;
    this.#retryTimer = setTimeout(
      () => void this.#open(),
      1_000 + backoff(this.#failures++, ORDINARY),
    );
  }

  /** The stream cannot change its token: a new one takes over where it stopped. */
  async #renewToken() {
    try {
      await this.#client.refresh();
    } catch {
      // The stream ends with its token, and comes back as after any refusal.
      return;
    }
    await this.#open();
  }
}
