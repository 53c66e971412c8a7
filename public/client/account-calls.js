// @ts-check
/** @import { ResetPassword } from '../../src/protocol/commands.ts' */
/** @import { Session } from '../../src/protocol/resources.ts' */
/** @import { Send } from './api.js' */

/** The calls that lose a password and an account. Each rejects with an `ApiError`. */
export class AccountCalls {
  #send;

  /** @param {Send} send */
  constructor(send) {
    this.#send = send;
  }

  /**
   * Sets a new password by the token of a link.
   *
   * @param {ResetPassword} reset
   */
  async resetPassword(reset) {
    const session = await this.#send('POST', 'auth/reset', { body: reset, token: null });
    return /** @type {Session} */ (session);
  }

  /**
   * Deletes the account.
   *
   * @param {string} currentPassword
   */
  async deleteMe(currentPassword) {
    await this.#send('DELETE', 'users/me', { body: { currentPassword } });
  }
}
