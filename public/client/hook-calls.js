// @ts-check
/** @import { CreateOutgoingHook, NewOutgoingHook, OutgoingHook } from '../../src/protocol/hooks.ts' */
/** @import { IncomingHook, NewIncomingHook } from '../../src/protocol/incoming-hooks.ts' */
/** @import { Send } from './api.js' */
import { path } from './path.js';

/** The calls about what connects a room with other programs. */
export class HookCalls {
  #send;

  /** @param {Send} send */
  constructor(send) {
    this.#send = send;
  }

  /** @param {string} roomId */
  async list(roomId) {
    const list = await this.#send('GET', path`rooms/${roomId}/hooks`);
    return /** @type {{ hooks: (OutgoingHook | IncomingHook)[] }} */ (list);
  }

  /**
   * @param {string} roomId
   * @param {{ name: string }} hook
   */
  async addIncoming(roomId, hook) {
    const added = await this.#send('POST', path`rooms/${roomId}/hooks/incoming`, { body: hook });
    return /** @type {NewIncomingHook} */ (added);
  }

  /**
   * @param {string} roomId
   * @param {CreateOutgoingHook} hook
   */
  async addOutgoing(roomId, hook) {
    const added = await this.#send('POST', path`rooms/${roomId}/hooks/outgoing`, { body: hook });
    return /** @type {NewOutgoingHook} */ (added);
  }

  /**
   * @param {string} roomId
   * @param {string} hookId
   */
  async resume(roomId, hookId) {
    await this.#send('POST', path`rooms/${roomId}/hooks/${hookId}/resume`);
  }

  /**
   * @param {string} roomId
   * @param {string} hookId
   */
  async delete(roomId, hookId) {
    await this.#send('DELETE', path`rooms/${roomId}/hooks/${hookId}`);
  }
}
