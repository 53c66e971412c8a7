// @ts-check
/** @import { Role } from '../../src/protocol/resources.ts' */
/** @import { OpenRoom } from '../state/open-room.js' */
/** @import { Person } from '../state/roster.js' */
import { isOwner, mayActOn } from '../state/permissions.js';
import { openDirect } from '../state/room-calls.js';
import { goToRoom } from '../state/route.js';
import { api, me } from '../state/session.js';
import { Problem, useAction } from './use-action.js';
import { Avatar } from './avatar.js';
import { BlockChoice } from './blocks.js';
import { Dialog } from './dialog.js';
import { html } from './html.js';

/** @type {Record<Role, string>} */
const ROLES = { owner: 'Owner', moderator: 'Moderator', member: 'Member' };

/**
 * Somebody in a room: to write to, and for moderators and owners also to remove, ban or give a role.
 *
 * @param {{ person: Person, openRoom: OpenRoom, onClose: () => void }} props
 */
export function PersonDialog({ person, openRoom, onClose }) {
  const room = openRoom.room.value;
  const { busy, problem, run } = useAction();
  if (!room) return null;
  const self = person.id === me.value?.id;
  /** @param {() => Promise<unknown>} work */
  const done = async (work) => (await run(work)) && onClose();
  const write = () => done(async () => goToRoom((await openDirect(person.id)).id));
  const give = (/** @type {{ currentTarget: HTMLSelectElement }} */ { currentTarget }) =>
    run(() => api.putMember(room.id, person.id, /** @type {Role} */ (currentTarget.value)));
  return html`<${Dialog} title=${self ? 'You, in this room' : 'In this room'} onClose=${onClose}>
    <div class="profile-head">
      <${Avatar} user=${person} online=${person.online} />
      <div>
        <p class="person-name"><bdi>${person.name}</bdi></p>
        <p class="hint">
          ${ROLES[person.role ?? 'member']}${person.isAdmin && ', admin of this server'}
        </p>
      </div>
    </div>
    ${
      isOwner(room) &&
      person.role &&
      html`<div class="field">
        <label for="person-role">Role</label>
        <select id="person-role" disabled=${busy} onChange=${give}>
          ${Object.entries(ROLES).map(
            ([role, name]) =>
              html`<option key=${role} value=${role} selected=${role === person.role}>
                ${name}
              </option>`,
          )}
        </select>
      </div>`
    }
    <${Problem} text=${problem} />
    <div class="choices">
      ${!self && room.kind !== 'direct' && html`<button type="button" class="primary" disabled=${busy} onClick=${write}>Message</button>`}
      ${
        !self &&
        mayActOn(room, person.role) &&
        html`<button
            type="button"
            class="quiet"
            disabled=${busy}
            onClick=${() => done(() => api.removeMember(room.id, person.id, { ban: false }))}
          >
            Remove
          </button>
          <button
            type="button"
            class="danger"
            disabled=${busy}
            onClick=${() => done(() => api.removeMember(room.id, person.id, { ban: true }))}
          >
            Ban
          </button>`
      }
    </div>
    ${!self && html`<${BlockChoice} user=${person} />`}
  <//>`;
}
