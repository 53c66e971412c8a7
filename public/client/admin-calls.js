// @ts-check
/** @import { AdminSession, AdminUser, AdminUserPage, AuditPage, ResetLink, RoomSizePage, ServerStats } from '../../src/protocol/administration.ts' */
/** @import { BotPage, NewBot } from '../../src/protocol/bots.ts' */
/** @import { AdminHookPage, AdminInvitePage } from '../../src/protocol/server-lists.ts' */
/** @import { UpdateAccount } from '../../src/protocol/commands.ts' */
/** @import { Send } from './api.js' */
import { path } from './path.js';

/** The calls of admins, about the whole server. Lists are pages. Each call rejects with an `ApiError`. */
export class AdminCalls {
  #send;

  /** @param {Send} send */
  constructor(send) {
    this.#send = send;
  }

  /** @param {{ query?: string | undefined, cursor?: string | undefined }} query */
  async listAccounts(query) {
    return /** @type {AdminUserPage} */ (await this.#send('GET', 'admin/users', { query }));
  }

  /**
   * @param {string} userId
   * @param {UpdateAccount} changes
   */
  async updateAccount(userId, changes) {
    const account = await this.#send('PATCH', path`admin/users/${userId}`, { body: changes });
    return /** @type {AdminUser} */ (account);
  }

  /** @param {string} userId of whom the link sets a new password */
  async makeResetLink(userId) {
    const link = await this.#send('POST', path`admin/users/${userId}/reset-link`);
    return /** @type {ResetLink} */ (link);
  }

  /** Lists the sessions of an account, API tokens included. @param {string} userId */
  async listSessions(userId) {
    const list = await this.#send('GET', path`admin/users/${userId}/sessions`);
    return /** @type {{ sessions: AdminSession[] }} */ (list);
  }

  /**
   * @param {string} userId
   * @param {string} sessionId
   */
  async endSession(userId, sessionId) {
    await this.#send('DELETE', path`admin/users/${userId}/sessions/${sessionId}`);
  }

  /** Ends all sessions of an account. @param {string} userId */
  async endSessions(userId) {
    await this.#send('DELETE', path`admin/users/${userId}/sessions`);
  }

  /** @param {{ cursor?: string | undefined }} query */
  async listHooks(query) {
    return /** @type {AdminHookPage} */ (await this.#send('GET', 'admin/hooks', { query }));
  }

  /** Has a hook tried again at once. @param {string} hookId */
  async resumeHook(hookId) {
    await this.#send('POST', path`admin/hooks/${hookId}/resume`);
  }

  /** @param {string} hookId */
  async deleteHook(hookId) {
    await this.#send('DELETE', path`admin/hooks/${hookId}`);
  }

  /** Lists the invites into rooms. @param {{ cursor?: string | undefined }} query */
  async listInvites(query) {
    return /** @type {AdminInvitePage} */ (await this.#send('GET', 'admin/invites', { query }));
  }

  /** @param {string} inviteId */
  async revokeInvite(inviteId) {
    await this.#send('DELETE', path`admin/invites/${inviteId}`);
  }

  /** @param {{ cursor?: string | undefined }} query */
  async listRooms(query) {
    return /** @type {RoomSizePage} */ (await this.#send('GET', 'admin/rooms', { query }));
  }

  async getStats() {
    return /** @type {ServerStats} */ (await this.#send('GET', 'admin/stats'));
  }

  /** @param {{ actorId?: string, userId?: string, roomId?: string, cursor?: string | undefined }} query */
  async listAudit(query) {
    return /** @type {AuditPage} */ (await this.#send('GET', 'admin/audit', { query }));
  }

  /** @param {{ cursor?: string | undefined }} query */
  async listBots(query) {
    return /** @type {BotPage} */ (await this.#send('GET', 'bots', { query }));
  }

  /** @param {{ name: string }} bot */
  async createBot(bot) {
    return /** @type {NewBot} */ (await this.#send('POST', 'bots', { body: bot }));
  }

  /** Gives a bot a new token; the old one ends. @param {string} userId */
  async renewBotToken(userId) {
    return /** @type {NewBot} */ (await this.#send('POST', path`bots/${userId}/token`));
  }

  /** @param {string} userId */
  async deleteBot(userId) {
    await this.#send('DELETE', path`bots/${userId}`);
  }
}
