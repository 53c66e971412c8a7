// @ts-check
/** @import { Room } from '../chat-client.js' */
import { useEffect, useState } from 'preact/hooks';
import {
  findMoreRooms,
  findRooms,
  loadRooms,
  moreFound,
  myRooms,
  otherRooms,
  query,
  roomsState,
} from '../state/rooms.js';
import { roomHref } from '../state/route.js';
import { me, signOut } from '../state/session.js';
import { Avatar } from './avatar.js';
import { html } from './html.js';
import { Icon, Logo } from './icons.js';
import { NewRoomDialog } from './new-room.js';
import { ProfileDialog } from './profile.js';

const SEARCH_PAUSE_MS = 200;

/** @param {{ current: string | null }} props */
export function RoomsPane({ current }) {
  const [creating, setCreating] = useState(false);
  return html`<div class="rooms-pane">
    <header class="bar">
      <a class="brand" href="#/"><${Logo} /> Charla</a>
      <button type="button" class="quiet" onClick=${() => setCreating(true)}>
        <${Icon} name="plus" /> New room
      </button>
    </header>
    <nav aria-label="Rooms">
      <${RoomSearch} />
      <${RoomLists} current=${current} />
    </nav>
    <${Account} />
    ${creating && html`<${NewRoomDialog} onClose=${() => setCreating(false)} />`}
  </div>`;
}

function RoomSearch() {
  const [text, setText] = useState(query.value);
  useEffect(() => {
    if (text === query.peek()) return undefined;
    // What does not answer is asked again with the next letter; one's own rooms are filtered in any case.
    const timer = setTimeout(() => void findRooms(text).catch(() => {}), SEARCH_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return html`<label class="search">
    <${Icon} name="search" />
    <span class="visually-hidden">Find a room</span>
    <input
      type="search"
      placeholder="Find a room"
      autocomplete="off"
      value=${text}
      onInput=${(/** @type {{ currentTarget: HTMLInputElement }} */ { currentTarget }) => setText(currentTarget.value.trim())}
    />
  </label>`;
}

/** @param {{ current: string | null }} props */
function RoomLists({ current }) {
  if (roomsState.value === 'loading') return html`<p class="hint">Loading rooms…</p>`;
  if (roomsState.value === 'failed') {
    return html`<p class="hint">The rooms could not be loaded.</p>
      <button type="button" class="quiet" onClick=${() => loadRooms()}>Try again</button>`;
  }
  const mine = myRooms.value;
  const others = otherRooms.value;
  return html`<${RoomList} title="Your rooms" rooms=${mine} current=${current} />
    <${RoomList} title="Rooms to join" rooms=${others} current=${current} />
    ${moreFound.value && html`<button type="button" class="quiet" onClick=${() => findMoreRooms().catch(() => {})}>Show more rooms</button>`}
    ${mine.length + others.length === 0 && html`<p class="hint">${query.value ? 'No room has such a name.' : 'No rooms yet. Make the first one.'}</p>`}`;
}

/** @param {{ title: string, rooms: Room[], current: string | null }} props */
function RoomList({ title, rooms, current }) {
  if (rooms.length === 0) return null;
  return html`<section>
    <h2>${title}</h2>
    <ul>
      ${rooms.map((room) => html`<${RoomLink} key=${room.id} room=${room} current=${room.id === current} />`)}
    </ul>
  </section>`;
}

/** @param {{ room: Room, current: boolean }} props */
function RoomLink({ room, current }) {
  const id = `room-${room.id}`;
  // What it is about helps to choose; for one's own rooms the name says enough.
  const topic = room.role === null && room.topic;
  return html`<li>
    <a
      class="room-link"
      href=${roomHref(room.id)}
      aria-labelledby=${id}
      aria-describedby=${topic ? `${id}-topic` : undefined}
      aria-current=${current ? 'page' : undefined}
    >
      <span class="sign" aria-hidden="true">#</span>
      <div>
        <bdi id=${id}>${room.name}</bdi>
        ${topic && html`<span class="topic" id=${`${id}-topic`} dir="auto">${topic}</span>`}
      </div>
    </a>
  </li>`;
}

function Account() {
  const [open, setOpen] = useState(false);
  const user = me.value;
  if (!user) return null;
  return html`<footer class="account">
    <button
      type="button"
      class="quiet"
      aria-label=${`Your profile, ${user.name}`}
      onClick=${() => setOpen(true)}
    >
      <${Avatar} user=${user} /> <bdi>${user.name}</bdi>
    </button>
    <button
      type="button"
      class="quiet round"
      aria-label="Sign out"
      title="Sign out"
      onClick=${signOut}
    >
      <${Icon} name="signOut" />
    </button>
    ${open && html`<${ProfileDialog} user=${user} onClose=${() => setOpen(false)} />`}
  </footer>`;
}
