import type { News, Present } from '../../cluster.ts';
import { NEWS_CHANNEL, toPayloads, type PresenceChange } from './payloads.ts';
import { changePresence } from './presence.ts';
import type { SharedClient } from './shared-client.ts';

/** How long it is gathered, in milliseconds: a notification costs the same whatever it holds. */
const GATHER_MS = 8;

/** Gathers what a node tells the others. */
export class Outbox {
  readonly #client: SharedClient;
  readonly #nodeId: string;
  #news: News[] = [];
  /** The last change of each user in each room. */
  readonly #present = new Map<string, PresenceChange>();
  #timer: NodeJS.Timeout | null = null;

  constructor(client: SharedClient, nodeId: string) {
    this.#client = client;
    this.#nodeId = nodeId;
  }

  tell(news: News): void {
    this.#news.push(news);
    this.flushSoon();
  }

  setPresent({ roomId, user }: Present, isPresent: boolean): void {
    this.#present.set(`${roomId} ${user.id}`, [roomId, user, isPresent ? 1 : 0]);
    this.flushSoon();
  }

  /** All of it is written anew. */
  forgetPresence(): void {
    this.#present.clear();
  }

  flushSoon(): void {
    if (this.#timer) return;
    this.#timer = setTimeout(() => this.#flush(), GATHER_MS).unref();
  }

  #flush(): void {
    this.#timer = null;
    const news = this.#news;
    this.#news = [];
    // News is lost without a connection; presence waits for the next one.
    if (!this.#client.isUp) return;
    const changes = [...this.#present.values()];
    this.#present.clear();
    if (changes.length > 0) {
      changePresence(this.#client, this.#nodeId, changes)
        // The next connection writes all of it anew.
        .catch((error: unknown) => this.#client.reconnect(error));
    }
    const payloads = toPayloads(this.#nodeId, 'news', news);
    if (payloads.length === 0) return;
    const text = `select pg_notify('${NEWS_CHANNEL}', payload) from unnest($1::text[]) as payload`;
    this.#client
      .query({ name: 'charla_news', text, values: [payloads] })
      .catch((error: unknown) => this.#client.reconnect(error));
  }
}
