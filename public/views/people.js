// @ts-check
/** @import { User } from '../../src/protocol/resources.ts' */
/** @import { OpenRoom } from '../state/open-room.js' */
/** @import { Person } from '../state/roster.js' */
import { useEffect, useState } from 'preact/hooks';
import { ApiError } from '../chat-client.js';
import { leaveCurrentRoom } from '../state/open-rooms.js';
import { isModerator } from '../state/permissions.js';
import { roomHref } from '../state/route.js';
import { api, me } from '../state/session.js';
import { Avatar } from './avatar.js';
import { html } from './html.js';
import { Icon } from './icons.js';
import { PeopleFinder } from './people-finder.js';
import { PersonDialog } from './person.js';
import { counted } from './text.js';

/** @type {Record<string, string>} */
const ROLE_NAMES = { owner: 'owner', moderator: 'moderator' };

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
  return html`<aside class="people-pane" aria-label="People">
    <header class="bar">
      <a class="quiet round only-when-alone" href=${roomHref(roomId)} aria-label="Back to the room"
        ><${Icon} name="back"
      /></a>
      <h2>People</h2>
      ${
        mayAdd &&
        html`<button type="button" class="quiet" onClick=${() => setAdding(true)}>
          <${Icon} name="plus" /> Add
        </button>`
      }
    </header>
    <div class="people">
      <${PeopleList} title="Here now" people=${roster.online.value} online choose=${setChosen} />
      <${PeopleList} title="Away" people=${roster.offline.value} choose=${setChosen} />
      ${
        roster.nextPage.value &&
        html`<button
          type="button"
          class="quiet"
          onClick=${() => roster.load(roster.nextPage.value ?? undefined)}
        >
          Show more people
        </button>`
      }
    </div>
    <${RoomFooter} openRoom=${openRoom} />
    ${person && html`<${PersonDialog} person=${person} openRoom=${openRoom} onClose=${() => setChosen(null)} />`}
    ${
      mayAdd &&
      adding &&
      html`<${PeopleFinder}
        title="Add somebody"
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
    <h3>${title} <span class="count">${people.length.toLocaleString()}</span></h3>
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
  const remark = self ? 'you' : ROLE_NAMES[person.role ?? ''];
  return html`<li>
    <button type="button" class="person" data-online=${online} onClick=${() => choose(person.id)}>
      <${Avatar} user=${{ id: person.id, name, color }} online=${online} />
      <bdi>${name}</bdi>
      ${remark && html`<span class="remark">${remark}</span>`}
    </button>
  </li>`;
}

/** @param {{ openRoom: OpenRoom }} props */
function RoomFooter({ openRoom }) {
  const [problem, setProblem] = useState('');
  const room = openRoom.room.value;
  if (!room || openRoom.closedReason.value) return null;
  async function leave() {
    try {
      await leaveCurrentRoom();
    } catch (error) {
      setProblem(error instanceof ApiError ? error.message : String(error));
    }
  }
  return html`<footer class="room-footer">
    <span class="hint">${counted(room.memberCount, 'member')}</span>
    ${room.kind !== 'direct' && html`<button type="button" class="quiet" onClick=${leave}>Leave room</button>`}
    <div role="alert">${problem && html`<p class="error">${problem}</p>`}</div>
  </footer>`;
}
