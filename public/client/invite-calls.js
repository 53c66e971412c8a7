// @ts-check
/** @import { CreateInvite, Invite, InvitePreview } from '../../src/protocol/invites.ts' */
/** @import { Room } from '../../src/protocol/resources.ts' */
/** @import { Send } from './api.js' */
import { path } from './path.js';

/** @param {string | null} roomId null: those of admins, which only let people sign up */
const invitesOf = (roomId) => (roomId === null ? 'invites' : path`rooms/${roomId}/invites`);

/** The calls about links that let people into a room, or onto the server. */
export class InviteCalls {
  #send;

  /** @param {Send} send */
  constructor(send) {
    this.#send = send;
  }

  /**
   * @param {string | null} roomId
   * @param {CreateInvite} invite
   */
  async create(roomId, invite) {
    const made = await this.#send('POST', invitesOf(roomId), { body: invite });
    return /** @type {Invite} */ (made);
  }

  /** @param {string | null} roomId */
  async list(roomId) {
    const list = await this.#send('GET', invitesOf(roomId));
    return /** @type {{ invites: Invite[] }} */ (list);
  }

  /**
   * @param {string | null} roomId
   * @param {string} code
   */
  async revoke(roomId, code) {
    await this.#send('DELETE', invitesOf(roomId) + path`/${code}`);
  }

  /**
   * Returns who invites to what; nobody has to be signed in.
   *
   * @param {string} code
   */
  async preview(code) {
    return /** @type {InvitePreview} */ (
      await this.#send('GET', path`invites/${code}`, { token: null })
    );
  }

  /**
   * Joins the room of an invite.
   *
   * @param {string} code
   */
  async accept(code) {
    return /** @type {Room} */ (await this.#send('POST', path`invites/${code}/accept`));
  }
}
