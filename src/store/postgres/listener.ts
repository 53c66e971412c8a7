import type pg from 'pg';
import { connect, connectAgain, connectAtStart, destroy, end } from './connect.ts';

const LIMITS = { statement: 5000 };

export interface ListenerEvents {
  /** Everything notified from now on will be received; what was notified before may be missing. */
  up(): void;
  received(channel: string, payload: string): void;
  lost(error: Error): void;
}

/** The connection on which a node hears what others commit. It connects again for as long as it is not closed. */
export class Listener {
  readonly #url: string;
  readonly #channels: readonly string[];
  readonly #events: ListenerEvents;
  #client: pg.Client | null = null;
  #isClosed = false;

  constructor(url: string, channels: readonly string[], events: ListenerEvents) {
    this.#url = url;
    this.#channels = channels;
    this.#events = events;
  }

  /** Resolves once it listens; throws where that takes too long. */
  open(): Promise<void> {
    return connectAtStart(() => this.#connect());
  }

  /** Ends a connection that has gone silent, and makes another. */
  reconnect(): void {
    if (this.#client) this.#lose(this.#client, new Error('The database sent no news'));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#client) await end(this.#client);
  }

  async #connect(): Promise<void> {
    const options = { limits: LIMITS, answerMs: LIMITS.statement };
    const client = await connect(this.#url, options, (lost, error) => this.#lose(lost, error));
    client.on('notification', ({ channel, payload = '' }) => {
      this.#events.received(channel, payload);
    });
    try {
      await client.query(this.#channels.map((channel) => `listen ${channel}`).join('; '));
    } catch (error) {
      destroy(client);
      throw error;
    }
    if (this.#isClosed) return destroy(client);
    this.#client = client;
    this.#events.up();
  }

  #lose(client: pg.Client, error: Error): void {
    if (this.#isClosed || this.#client !== client) return;
    this.#client = null;
    destroy(client);
    this.#events.lost(error);
    void connectAgain(
      () => this.#connect(),
      () => this.#isClosed,
    );
  }
}
