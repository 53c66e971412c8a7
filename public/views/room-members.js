// @ts-check
/** @import { Role } from '../../src/protocol/resources.ts' */
/** @import { OpenRoom } from '../state/open-room.js' */
/** @import { Person } from '../state/roster.js' */
import { t } from '../i18n/translate.js';
import { api } from '../state/client.js';
import { me } from '../state/session.js';
import { Avatar } from './avatar.js';
import { html } from './html.js';
import { MorePeople } from './more-people.js';
import { ROLES } from './person.js';
import { Problem, useAction } from './use-action.js';

/** For owners: the members of a room, and what each may do. @param {{ openRoom: OpenRoom }} props */
export function RoomMembers({ openRoom: { roster, room } }) {
  const { busy, problem, run } = useAction();
  const roomId = room.value?.id;
  const members = roster.all.value
    .filter(({ role }) => role !== null)
    .toSorted((a, b) => a.name.localeCompare(b.name));
  if (!roomId || members.length === 0) return null;

  /**
   * @param {Person} member
   * @param {HTMLSelectElement} field
   */
  async function give(member, field) {
    const role = /** @type {Role} */ (field.value);
    const isGiven = await run(() => api.putMember(roomId ?? '', member.id, role));
    // A refusal leaves the member their role.
    if (!isGiven) field.value = member.role ?? 'member';
  }

  return html`<details class="part">
    <summary>${t('room.roles')}</summary>
    <p class="hint">${t('room.rolesHint')}</p>
    <ul class="room-members">
      ${members.map(
        (member) =>
          html`<li class="person" key=${member.id}>
            <${Avatar} user=${member} />
            <label for=${`role-${member.id}`}><bdi>${member.name}</bdi></label>
            ${member.id === me.value?.id && html`<span class="remark">${t('common.you')}</span>`}
            <select
              id=${`role-${member.id}`}
              disabled=${busy}
              onChange=${(/** @type {{ currentTarget: HTMLSelectElement }} */ { currentTarget }) => give(member, currentTarget)}
            >
              ${Object.entries(ROLES).map(
                ([role, name]) =>
                  html`<option key=${role} value=${role} selected=${role === member.role}>
                    ${t(name)}
                  </option>`,
              )}
            </select>
          </li>`,
      )}
    </ul>
    <${MorePeople} roster=${roster} />
    <${Problem} text=${problem} />
  </details>`;
}
