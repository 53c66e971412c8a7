// @ts-check
/** @import { Conversation } from '../state/conversation.js' */
/** @import { Person } from '../state/roster.js' */
import { useState } from 'preact/hooks';
import { ApiError } from '../chat-client.js';
import { leaveCurrentRoom } from '../state/conversations.js';
import { roomHref } from '../state/route.js';
import { me } from '../state/session.js';
import { Avatar } from './avatar.js';
import { html } from './html.js';
import { Icon } from './icons.js';
import { counted } from './text.js';

/** @type {Record<string, string>} */
const ROLE_NAMES = { owner: 'owner', moderator: 'moderator' };

/** @param {{ roomId: string, conversation: Conversation }} props */
export function PeoplePane({ roomId, conversation }) {
  const { roster, morePeople } = conversation;
  return html`<aside class="people-pane" aria-label="People">
    <header class="bar">
      <a class="quiet round only-when-alone" href=${roomHref(roomId)} aria-label="Back to the room"
        ><${Icon} name="back"
      /></a>
      <h2>People</h2>
    </header>
    <div class="people">
      <${PeopleList} title="Here now" people=${roster.online.value} online />
      <${PeopleList} title="Away" people=${roster.offline.value} />
      ${
        morePeople.value &&
        html`<button
          type="button"
          class="quiet"
          onClick=${() => conversation.loadPeople(morePeople.value ?? undefined)}
        >
          Show more people
        </button>`
      }
    </div>
    <${RoomFooter} conversation=${conversation} />
  </aside>`;
}

/** @param {{ title: string, people: Person[], online?: boolean }} props */
function PeopleList({ title, people, online = false }) {
  if (people.length === 0) return null;
  return html`<section>
    <h3>${title} <span class="count">${people.length.toLocaleString()}</span></h3>
    <ul>
      ${people.map((person) => html`<${PersonRow} key=${person.id} person=${person} online=${online} />`)}
    </ul>
  </section>`;
}

/** @param {{ person: Person, online: boolean }} props */
function PersonRow({ person, online }) {
  const self = person.id === me.value?.id ? me.value : null;
  // One's own name and colour change here first.
  const { name, color } = self ?? person;
  const remark = self ? 'you' : ROLE_NAMES[person.role ?? ''];
  return html`<li class="person" data-online=${online}>
    <${Avatar} user=${{ name, color }} online=${online} />
    <bdi>${name}</bdi>
    ${remark && html`<span class="remark">${remark}</span>`}
  </li>`;
}

/** @param {{ conversation: Conversation }} props */
function RoomFooter({ conversation }) {
  const [problem, setProblem] = useState('');
  const room = conversation.room.value;
  if (!room) return null;
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
