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
import { openDirect } from '../state/room-calls.js';
import { goToRoom, roomHref } from '../state/route.js';
import { api } from '../state/client.js';
import { me } from '../state/session.js';
import { Avatar } from './avatar.js';
import { BotBadge } from './author-name.js';
import { html } from './html.js';
import { Icon } from './icons.js';
import { InviteDialog, PeopleFinder, PersonDialog } from './lazy-views.js';
import { MorePeople } from './more-people.js';
import { Skeleton } from './skeleton.js';
import { Problem, useAction } from './use-action.js';

/** @type {Partial<Record<Role, TextKey>>} */
const REMARKS = { owner: 'people.owner', moderator: 'people.moderator' };

/** @param {{ roomId: string, openRoom: OpenRoom }} props */
export function PeoplePane({ roomId, openRoom }) {
  const { roster } = openRoom;
  const [chosen, setChosen] = useState(/** @type {string | null} */ (null));
  const [adding, setAdding] = useState(false);
  const [inviting, setInviting] = useState(false);
  const person = roster.all.value.find(({ id }) => id === chosen);
  const mayAdd = isModerator(openRoom.room.value) && openRoom.closedReason.value === null;
  // If the person leaves, the dialog closes, and stays closed when they come back.
  useEffect(() => {
    if (!person) setChosen(null);
  }, [person === undefined]);
  useEffect(() => {
    if (mayAdd) return;
    setAdding(false);
    setInviting(false);
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
          </button>
          <button
            type="button"
            class="quiet round"
            aria-label=${t('invites.title')}
            title=${t('invites.title')}
            onClick=${() => setInviting(true)}
          >
            <${Icon} name="link" />
          </button>`
      }
    </header>
    <div class="people">
      <${PeopleList} openRoom=${openRoom} choose=${setChosen} />
      <${MorePeople} roster=${roster} />
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
    ${mayAdd && inviting && html`<${InviteDialog} room=${openRoom.room.value} onClose=${() => setInviting(false)} />`}
  </aside>`;
}

/** @param {{ openRoom: OpenRoom, choose: (id: string) => void }} props */
function PeopleList({ openRoom: { roster, room }, choose }) {
  const { problem, run } = useAction();
  const online = roster.online.value;
  const offline = roster.offline.value;
  if (online.length + offline.length === 0) {
    return html`<${Skeleton} kind="people" rows=${4} label=${t('people.loading')} />`;
  }
  const isDirect = room.value?.kind === 'direct';
  /** @param {Person} person */
  const open = ({ id }) =>
    isDirect || id === me.value?.id
      ? choose(id)
      : void run(async () => goToRoom((await openDirect(id)).id));
  const rows = (/** @type {Person[]} */ people, /** @type {TextKey} */ title) =>
    people.map(
      (person, index) =>
        html`<li key=${person.id}>
          ${index === 0 && html`<${GroupTitle} title=${t(title)} count=${people.length} />`}
          <${PersonRow} person=${person} open=${open} choose=${isDirect ? null : choose} />
        </li>`,
    );
  return html`<${Problem} text=${problem} />
    <ul aria-label=${t('people.title')}>
      ${rows(online, 'people.online')}${rows(offline, 'people.offline')}
    </ul>`;
}

/** Only to see: each person says for themselves whether they are online. @param {{ title: string, count: number }} props */
function GroupTitle({ title, count }) {
  return html`<p class="group-title" aria-hidden="true">
    ${title} <span class="count">${formatNumber(count)}</span>
  </p>`;
}

/**
 * A click on somebody opens the direct chat with them; what else can be done is behind the button beside it.
 *
 * @param {{ person: Person, open: (person: Person) => void, choose: ((id: string) => void) | null }} props
 */
function PersonRow({ person, open, choose }) {
  const self = person.id === me.value?.id ? me.value : null;
  // The user's name and colour change in the session first.
  const { name, color } = self ?? person;
  const remark = self ? 'common.you' : person.role && REMARKS[person.role];
  const id = `person-${person.id}`;
  return html`<div class="person-row">
    <button type="button" class="person" data-online=${person.online} onClick=${() => open(person)}>
      <${Avatar} user=${{ id: person.id, name, color }} online=${person.online} />
      <bdi id=${id}>${name}</bdi>${' '}${person.isBot && html`<${BotBadge} />${' '}`}
      <span class="visually-hidden">${t(person.online ? 'people.online' : 'people.offline')}</span>
      ${remark && html`<span class="remark">${t(remark)}</span>`}
    </button>
    ${
      choose &&
      !self &&
      html`<button
        type="button"
        class="quiet round"
        aria-label=${t('people.about')}
        aria-describedby=${id}
        title=${t('people.about')}
        onClick=${() => choose(person.id)}
      >
        <${Icon} name="more" />
      </button>`
    }
  </div>`;
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
