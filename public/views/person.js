// @ts-check
/** @import { Role } from '../../src/protocol/resources.ts' */
/** @import { TextKey } from '../i18n/translate.js' */
/** @import { OpenRoom } from '../state/open-room.js' */
/** @import { Person } from '../state/roster.js' */
import { t } from '../i18n/translate.js';
import { isOwner, mayActOn } from '../state/permissions.js';
import { openDirect } from '../state/room-calls.js';
import { goToRoom } from '../state/route.js';
import { api } from '../state/client.js';
import { me } from '../state/session.js';
import { Problem, useAction } from './use-action.js';
import { Avatar } from './avatar.js';
import { BotBadge } from './author-name.js';
import { BlockChoice } from './blocks.js';
import { Dialog } from './dialog.js';
import { html } from './html.js';

/** @type {Record<Role, TextKey>} */
export const ROLES = {
  owner: 'person.owner',
  moderator: 'person.moderator',
  member: 'person.member',
};

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
  const role = t(ROLES[person.role ?? 'member']);
  /** @param {() => Promise<unknown>} work */
  const done = async (work) => (await run(work)) && onClose();
  const write = () => done(async () => goToRoom((await openDirect(person.id)).id));
  const give = (/** @type {{ currentTarget: HTMLSelectElement }} */ { currentTarget }) =>
    run(() => api.putMember(room.id, person.id, /** @type {Role} */ (currentTarget.value)));
  return html`<${Dialog} title=${self ? t('person.self') : t('person.title')} onClose=${onClose}>
    <div class="profile-head">
      <${Avatar} user=${person} online=${person.online} />
      <div>
        <p class="person-name">
          <bdi>${person.name}</bdi>${person.isBot && html`${' '}<${BotBadge} />`}
        </p>
        <p class="hint">${person.isAdmin ? t('person.admin', { role }) : role}</p>
      </div>
    </div>
    ${
      isOwner(room) &&
      person.role &&
      html`<div class="field">
        <label for="person-role">${t('person.role')}</label>
        <select id="person-role" disabled=${busy} onChange=${give}>
          ${Object.entries(ROLES).map(
            ([each, name]) =>
              html`<option key=${each} value=${each} selected=${each === person.role}>
                ${t(name)}
              </option>`,
          )}
        </select>
      </div>`
    }
    <${Problem} text=${problem} />
    <div class="choices">
      ${!self && room.kind !== 'direct' && html`<button type="button" class="primary" disabled=${busy} onClick=${write}>${t('person.message')}</button>`}
      ${
        !self &&
        mayActOn(room, person.role) &&
        html`<button
            type="button"
            class="quiet"
            disabled=${busy}
            onClick=${() => done(() => api.removeMember(room.id, person.id, { ban: false }))}
          >
            ${t('person.remove')}
          </button>
          <button
            type="button"
            class="danger"
            disabled=${busy}
            onClick=${() => done(() => api.removeMember(room.id, person.id, { ban: true }))}
          >
            ${t('person.ban')}
          </button>`
      }
    </div>
    ${!self && html`<${BlockChoice} user=${person} />`}
  <//>`;
}
