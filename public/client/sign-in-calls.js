// @ts-check
/** @import { ForgotPassword } from '../../src/protocol/commands.ts' */
/** @import { Session } from '../../src/protocol/resources.ts' */
/** @import { Send } from './api.js' */

/** @typedef {{ openId: string | null, mail: boolean }} SignInMethods `openId`: the host of the provider */

/** Where the browser leaves for the OpenID provider. */
export const OPEN_ID_PATH = 'auth/oidc';

/** Where it signs out there. */
export const OPEN_ID_LOGOUT_PATH = 'auth/oidc/logout';

/** The calls of whoever is about to sign in without a password. */
export class SignInCalls {
  #send;

  /** @param {Send} send */
  constructor(send) {
    this.#send = send;
  }

  /** @returns {Promise<SignInMethods>} */
  async methods() {
    const found = await this.#send('GET', 'auth/methods', { token: null });
    return /** @type {SignInMethods} */ (found);
  }

  /** @returns {Promise<Session>} that of a sign-in with the OpenID provider which has just brought the browser back */
  async openIdSession() {
    return /** @type {Session} */ (await this.#send('POST', 'auth/oidc/session', { token: null }));
  }

  /** @param {ForgotPassword} account */
  async forgotPassword(account) {
    await this.#send('POST', 'auth/forgot', { body: account, token: null });
  }
}
