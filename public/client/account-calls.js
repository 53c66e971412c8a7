// @ts-check
/** @import { ApiToken, CreateToken, NewApiToken } from '../../src/protocol/bots.ts' */
/** @import { ResetPassword } from '../../src/protocol/commands.ts' */
/** @import { Session, SessionInfo } from '../../src/protocol/resources.ts' */
/** @import { Send } from './api.js' */
import { path } from './path.js';

/** The calls about the safety of an account: its sessions and tokens, a lost password, its end. Each rejects with an `ApiError`. */
export class AccountCalls {
  #send;

  /** @param {Send} send */
  constructor(send) {
    this.#send = send;
  }

  async listSessions() {
    return /** @type {{ sessions: SessionInfo[] }} */ (await this.#send('GET', 'auth/sessions'));
  }

  /** @param {string} sessionId */
  async endSession(sessionId) {
    await this.#send('DELETE', path`auth/sessions/${sessionId}`);
  }

  async listTokens() {
    return /** @type {{ tokens: ApiToken[] }} */ (await this.#send('GET', 'users/me/tokens'));
  }

  /** @param {CreateToken} token */
  async createToken(token) {
    return /** @type {NewApiToken} */ (
      await this.#send('POST', 'users/me/tokens', { body: token })
    );
  }

  /** @param {string} tokenId */
  async revokeToken(tokenId) {
    await this.#send('DELETE', path`users/me/tokens/${tokenId}`);
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
   * @param {string | undefined} currentPassword undefined for an account that has none
   */
  async deleteMe(currentPassword) {
    await this.#send('DELETE', 'users/me', {
      body: currentPassword === undefined ? {} : { currentPassword },
    });
  }
}
