// @ts-check
/** @import { Room, User } from '../../src/protocol/resources.ts' */
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n/translate.js';
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
        aria-label=${t('search.messages')}
        title=${t('search.messages')}
        ><${Icon} name="search"
      /></a>
      <button
        type="button"
        class="quiet round"
        aria-label=${t('rooms.new')}
        title=${t('rooms.new')}
        onClick=${() => setDialog('room')}
      >
        <${Icon} name="plus" />
      </button>
    </header>
    <nav aria-label=${t('rooms.title')}>
      <${RoomSearch} />
      <${RoomLists} current=${current} onNewDirect=${() => setDialog('direct')} />
    </nav>
    <${Account} />
    ${dialog === 'room' && html`<${NewRoomDialog} onClose=${close} />`}
    ${
      dialog === 'direct' &&
      html`<${PeopleFinder}
        title=${t('rooms.write')}
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
    <span class="visually-hidden">${t('rooms.find')}</span>
    <input
      type="search"
      placeholder=${t('rooms.find')}
      autocomplete="off"
      value=${text}
      onInput=${(/** @type {{ currentTarget: HTMLInputElement }} */ { currentTarget }) => setText(currentTarget.value.trim())}
    />
  </label>`;
}

/** @param {{ current: string | null, onNewDirect: () => void }} props */
function RoomLists({ current, onNewDirect }) {
  if (roomsState.value === 'loading') return html`<p class="hint">${t('rooms.loading')}</p>`;
  if (roomsState.value === 'failed') {
    return html`<p class="hint">${t('rooms.failed')}</p>
      <button type="button" class="quiet" onClick=${() => loadRooms()}>
        ${t('common.tryAgain')}
      </button>`;
  }
  const mine = myRooms.value;
  const direct = directRooms.value;
  const others = otherRooms.value;
  return html`<${RoomList} title=${t('rooms.yours')} rooms=${mine} current=${current} />
    <${RoomList} title=${t('rooms.direct')} rooms=${direct} current=${current} always>
      <button
        type="button"
        class="quiet round"
        aria-label=${t('rooms.write')}
        title=${t('rooms.write')}
        onClick=${onNewDirect}
      >
        <${Icon} name="plus" />
      </button>
    <//>
    <${RoomList} title=${t('rooms.toJoin')} rooms=${others} current=${current} />
    ${moreFound.value && html`<button type="button" class="quiet" onClick=${() => findMoreRooms().catch(() => {})}>${t('rooms.more')}</button>`}
    ${mine.length + direct.length + others.length === 0 && html`<p class="hint">${query.value ? t('rooms.noneFound') : t('rooms.none')}</p>`}`;
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
    return html`<${Avatar} user=${{ name: room.name, color: '#8a7a63' }} />`;
  }
  return html`<span class="sign" aria-hidden="true">
    ${room.kind === 'private' ? html`<${Icon} name="lock" />` : '#'}
  </span>`;
}

/** @param {{ room: Room, id: string }} props */
function Unread({ room: { kind, unreadCount, mentionCount }, id }) {
  if (unreadCount === 0) return null;
  const unread = t('rooms.unread', { count: unreadCount });
  // Messages to the reader stand out from those that are merely new.
  const isForMe = kind === 'direct' || mentionCount > 0;
  const shown = kind === 'direct' || mentionCount === 0 ? unreadCount : mentionCount;
  return html`<span class="unread" id=${id} data-for-me=${isForMe}>
    <span class="visually-hidden"
      >${mentionCount > 0 ? t('rooms.unreadAndMentions', { unread, count: mentionCount }) : unread}</span
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
      aria-label=${t('rooms.profile', { name: user.name })}
      onClick=${() => setOpen(true)}
    >
      <${Avatar} user=${user} /> <bdi>${user.name}</bdi>
    </button>
    <button
      type="button"
      class="quiet round"
      aria-label=${t('rooms.signOut')}
      title=${t('rooms.signOut')}
      onClick=${signOut}
    >
      <${Icon} name="signOut" />
    </button>
    ${open && html`<${ProfileDialog} user=${user} onClose=${() => setOpen(false)} />`}
  </footer>`;
}
