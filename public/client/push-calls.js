// @ts-check
/** @import { PutSubscription } from '../../src/protocol/commands.ts' */
/** @import { PushKey } from '../../src/protocol/push.ts' */
/** @import { NotifyLevel, Room } from '../../src/protocol/resources.ts' */
/** @import { Send } from './api.js' */
import { path } from './path.js';

/** The calls about notifications that reach a user whose pages are closed. */
export class PushCalls {
  #send;

  /** @param {Send} send */
  constructor(send) {
    this.#send = send;
  }

  /**
   * Chooses which messages of a room notify the user.
   *
   * @param {string} roomId
   * @param {NotifyLevel} level
   */
  async setLevel(roomId, level) {
    const room = await this.#send('PUT', path`rooms/${roomId}/notify`, { body: { level } });
    return /** @type {Room} */ (room);
  }

  /** Returns the key that subscriptions are made with. */
  async getKey() {
    return /** @type {PushKey} */ (await this.#send('GET', 'push/key'));
  }

  /** @param {PutSubscription} subscription */
  async putSubscription(subscription) {
    await this.#send('PUT', 'push/subscription', { body: subscription });
  }

  /** @param {string} endpoint */
  async deleteSubscription(endpoint) {
    await this.#send('DELETE', 'push/subscription', { body: { endpoint } });
  }
}
