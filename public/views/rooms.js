// @ts-check
/** @import { Room, User } from '../../src/protocol/resources.ts' */
import { useEffect, useState } from 'preact/hooks';
import { peerOf } from '../state/direct-peers.js';
import { knownPerson } from '../state/people.js';
import { goToRoom, roomHref, searchHref } from '../state/route.js';
import { openDirect } from '../state/room-calls.js';
import { directRooms, myRooms, query, roomsState } from '../state/room-list.js';
import { findMoreRooms, findRooms, moreFound, otherRooms } from '../state/room-search.js';
import { loadRooms } from '../state/rooms.js';
import { me, signOut } from '../state/session.js';
import { Avatar } from './avatar.js';
import { html } from './html.js';
import { Icon, Logo } from './icons.js';
import { NewRoomDialog } from './new-room.js';
import { PeopleFinder } from './people-finder.js';
import { ProfileDialog } from './profile.js';
import { counted } from './text.js';

const SEARCH_PAUSE_MS = 200;

/** @param {{ current: string | null }} props */
export function RoomsPane({ current }) {
  const [dialog, setDialog] = useState(/** @type {'room' | 'direct' | null} */ (null));
  const close = () => setDialog(null);
  return html`<div class="rooms-pane">
    <header class="bar">
      <a class="brand" href="#/"><${Logo} /> Charla</a>
      <a
        class="quiet round"
        href=${searchHref('')}
        aria-label="Search messages"
        title="Search messages"
        ><${Icon} name="search"
      /></a>
      <button
        type="button"
        class="quiet round"
        aria-label="New room"
        title="New room"
        onClick=${() => setDialog('room')}
      >
        <${Icon} name="plus" />
      </button>
    </header>
    <nav aria-label="Rooms">
      <${RoomSearch} />
      <${RoomLists} current=${current} onNewDirect=${() => setDialog('direct')} />
    </nav>
    <${Account} />
    ${dialog === 'room' && html`<${NewRoomDialog} onClose=${close} />`}
    ${
      dialog === 'direct' &&
      html`<${PeopleFinder}
        title="Write to somebody"
        onPick=${async (/** @type {User} */ { id }) => goToRoom((await openDirect(id)).id)}
        onClose=${close}
      />`
    }
  </div>`;
}

function RoomSearch() {
  const [text, setText] = useState(query.value);
  useEffect(() => {
    if (text === query.peek()) return undefined;
    // A failed search is repeated with the next letter; the user's rooms are filtered in any case.
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

/** @param {{ current: string | null, onNewDirect: () => void }} props */
function RoomLists({ current, onNewDirect }) {
  if (roomsState.value === 'loading') return html`<p class="hint">Loading rooms…</p>`;
  if (roomsState.value === 'failed') {
    return html`<p class="hint">The rooms could not be loaded.</p>
      <button type="button" class="quiet" onClick=${() => loadRooms()}>Try again</button>`;
  }
  const mine = myRooms.value;
  const direct = directRooms.value;
  const others = otherRooms.value;
  return html`<${RoomList} title="Your rooms" rooms=${mine} current=${current} />
    <${RoomList} title="Direct messages" rooms=${direct} current=${current} always>
      <button
        type="button"
        class="quiet round"
        aria-label="Write to somebody"
        title="Write to somebody"
        onClick=${onNewDirect}
      >
        <${Icon} name="plus" />
      </button>
    <//>
    <${RoomList} title="Rooms to join" rooms=${others} current=${current} />
    ${moreFound.value && html`<button type="button" class="quiet" onClick=${() => findMoreRooms().catch(() => {})}>Show more rooms</button>`}
    ${mine.length + direct.length + others.length === 0 && html`<p class="hint">${query.value ? 'No room has such a name.' : 'No rooms yet. Make the first one.'}</p>`}`;
}

/**
 * @param {{ title: string, rooms: Room[], current: string | null, always?: boolean, children?: unknown }} props
 *   `always`: also while there are none
 */
function RoomList({ title, rooms, current, always = false, children }) {
  if (rooms.length === 0 && !always) return null;
  return html`<section>
    <h2>${title} ${children}</h2>
    <ul>
      ${rooms.map((room) => html`<${RoomLink} key=${room.id} room=${room} current=${room.id === current} />`)}
    </ul>
  </section>`;
}

/** @param {{ room: Room, current: boolean }} props */
function RoomLink({ room, current }) {
  const id = `room-${room.id}`;
  // The topic helps to choose a room to join; for the user's rooms the name is enough.
  const topic = room.role === null && room.topic;
  return html`<li>
    <a
      class="room-link"
      href=${roomHref(room.id)}
      aria-labelledby=${`${id} ${id}-unread`}
      data-unread=${room.unreadCount > 0}
      aria-describedby=${topic ? `${id}-topic` : undefined}
      aria-current=${current ? 'page' : undefined}
    >
      <${RoomSign} room=${room} />
      <div>
        <bdi id=${id}>${room.name}</bdi>
        ${topic && html`<span class="topic" id=${`${id}-topic`} dir="auto">${topic}</span>`}
      </div>
      <${Unread} room=${room} id=${`${id}-unread`} />
    </a>
  </li>`;
}

/** The kind of a room. @param {{ room: Room }} props */
export function RoomSign({ room }) {
  if (room.kind === 'direct') {
    const id = peerOf(room);
    const color = (id && knownPerson(id)?.color) ?? '#8a7a63';
    return html`<${Avatar} user=${{ id: id ?? room.id, name: room.name, color }} />`;
  }
  return html`<span class="sign" aria-hidden="true">
    ${room.kind === 'private' ? html`<${Icon} name="lock" />` : '#'}
  </span>`;
}

/** @param {{ room: Room, id: string }} props */
function Unread({ room: { kind, unreadCount, mentionCount }, id }) {
  if (unreadCount === 0) return null;
  // Messages to the reader stand out from those that are merely new.
  const isForMe = kind === 'direct' || mentionCount > 0;
  const shown = kind === 'direct' || mentionCount === 0 ? unreadCount : mentionCount;
  return html`<span class="unread" id=${id} data-for-me=${isForMe}>
    <span class="visually-hidden"
      >${counted(unreadCount, 'unread message')}${mentionCount > 0 && `, ${counted(mentionCount, 'mention')}`}</span
    >
    <span aria-hidden="true"
      >${kind !== 'direct' && mentionCount > 0 && '@'}${shown > 999 ? '999+' : shown}</span
    >
  </span>`;
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
