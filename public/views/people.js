// @ts-check
/** @import { Role, User } from '../../src/protocol/resources.ts' */
/** @import { TextKey } from '../i18n/translate.js' */
/** @import { OpenRoom } from '../state/open-room.js' */
/** @import { Person } from '../state/roster.js' */
import { useEffect, useState } from 'preact/hooks';
import { formatNumber } from '../i18n/format.js';
import { t } from '../i18n/translate.js';
import { leaveCurrentRoom } from '../state/open-rooms.js';
import { isModerator } from '../state/permissions.js';
import { roomHref } from '../state/route.js';
import { api, me } from '../state/session.js';
import { Avatar } from './avatar.js';
import { html } from './html.js';
import { Icon } from './icons.js';
import { PeopleFinder } from './people-finder.js';
import { PersonDialog } from './person.js';
import { Problem, useAction } from './use-action.js';

/** @type {Partial<Record<Role, TextKey>>} */
const REMARKS = { owner: 'people.owner', moderator: 'people.moderator' };

/** @param {{ roomId: string, openRoom: OpenRoom }} props */
export function PeoplePane({ roomId, openRoom }) {
  const { roster } = openRoom;
  const [chosen, setChosen] = useState(/** @type {string | null} */ (null));
  const [adding, setAdding] = useState(false);
  const person = roster.all.value.find(({ id }) => id === chosen);
  const mayAdd = isModerator(openRoom.room.value) && openRoom.closedReason.value === null;
  // If the person leaves, the dialog closes, and stays closed when they come back.
  useEffect(() => {
    if (!person) setChosen(null);
  }, [person === undefined]);
  useEffect(() => {
    if (!mayAdd) setAdding(false);
  }, [mayAdd]);
  const members = new Set(roster.all.value.flatMap(({ id, role }) => (role ? [id] : [])));
  return html`<aside class="people-pane" aria-label=${t('people.title')}>
    <header class="bar">
      <a
        class="quiet round only-when-alone"
        href=${roomHref(roomId)}
        aria-label=${t('common.backToRoom')}
        ><${Icon} name="back"
      /></a>
      <h2>${t('people.title')}</h2>
      ${
        mayAdd &&
        html`<button type="button" class="quiet" onClick=${() => setAdding(true)}>
          <${Icon} name="plus" /> ${t('people.add')}
        </button>`
      }
    </header>
    <div class="people">
      <${PeopleList}
        title=${t('people.online')}
        people=${roster.online.value}
        online
        choose=${setChosen}
      />
      <${PeopleList}
        title=${t('people.offline')}
        people=${roster.offline.value}
        choose=${setChosen}
      />
      ${
        roster.nextPage.value &&
        html`<button
          type="button"
          class="quiet"
          onClick=${() => roster.load(roster.nextPage.value ?? undefined)}
        >
          ${t('people.more')}
        </button>`
      }
    </div>
    <${RoomFooter} openRoom=${openRoom} />
    ${person && html`<${PersonDialog} person=${person} openRoom=${openRoom} onClose=${() => setChosen(null)} />`}
    ${
      mayAdd &&
      adding &&
      html`<${PeopleFinder}
        title=${t('people.addTitle')}
        except=${members}
        onPick=${async (/** @type {User} */ { id }) => void (await api.putMember(roomId, id))}
        onClose=${() => setAdding(false)}
      />`
    }
  </aside>`;
}

/** @param {{ title: string, people: Person[], online?: boolean, choose: (id: string) => void }} props */
function PeopleList({ title, people, online = false, choose }) {
  if (people.length === 0) return null;
  return html`<section>
    <h3>${title} <span class="count">${formatNumber(people.length)}</span></h3>
    <ul>
      ${people.map((person) => html`<${PersonRow} key=${person.id} person=${person} online=${online} choose=${choose} />`)}
    </ul>
  </section>`;
}

/** @param {{ person: Person, online: boolean, choose: (id: string) => void }} props */
function PersonRow({ person, online, choose }) {
  const self = person.id === me.value?.id ? me.value : null;
  // The user's name and colour change in the session first.
  const { name, color } = self ?? person;
  const remark = self ? 'common.you' : person.role && REMARKS[person.role];
  return html`<li>
    <button type="button" class="person" data-online=${online} onClick=${() => choose(person.id)}>
      <${Avatar} user=${{ name, color }} online=${online} />
      <bdi>${name}</bdi>
      ${remark && html`<span class="remark">${t(remark)}</span>`}
    </button>
  </li>`;
}

/** @param {{ openRoom: OpenRoom }} props */
function RoomFooter({ openRoom }) {
  const { problem, run } = useAction();
  const room = openRoom.room.value;
  if (!room || openRoom.closedReason.value) return null;
  return html`<footer class="room-footer">
    <span class="hint">${t('people.members', { count: room.memberCount })}</span>
    ${room.kind !== 'direct' && html`<button type="button" class="quiet" onClick=${() => run(leaveCurrentRoom)}>${t('people.leave')}</button>`}
    <${Problem} text=${problem} />
  </footer>`;
}
