// @ts-check
/** @import { Room, User } from '../../src/protocol/resources.ts' */
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n/translate.js';
import { goToRoom, route } from '../state/route.js';
import { peerOf } from '../state/direct-peers.js';
import { personById } from '../state/people.js';
import { openDirect } from '../state/room-calls.js';
import { directRooms, myRooms, query, roomsState } from '../state/room-list.js';
import { findMoreRooms, findRooms, moreFound, otherRooms } from '../state/room-search.js';
import { loadRooms } from '../state/rooms.js';
import { Account } from './account.js';
import { html } from './html.js';
import { Icon } from './icons.js';
import { Logo } from './logo.js';
import { NewRoomDialog, PeopleFinder } from './lazy-views.js';
import { isNarrow } from './narrow.js';
import { RoomLink } from './room-link.js';
import { SearchBox } from './search-box.js';
import { Skeleton } from './skeleton.js';
import { UnsentNotice } from './unsent.js';

const SEARCH_PAUSE_MS = 200;

/** @param {{ current: string | null }} props */
export function RoomsPane({ current }) {
  const [dialog, setDialog] = useState(/** @type {'room' | 'direct' | null} */ (null));
  const close = () => setDialog(null);
  return html`<div class="rooms-pane">
    <header class="bar">
      <h1 class="brand">
        <a href="#/"><${Logo} /> Charla</a>
      </h1>
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
    <search class="search-row">
      ${!(isNarrow.value && route.value.search !== null) && html`<${SearchBox} />`}
    </search>
    <nav aria-label=${t('rooms.title')}>
      <${RoomSearch} />
      <${RoomLists} current=${current} onNewDirect=${() => setDialog('direct')} />
    </nav>
    <${UnsentNotice} current=${current} />
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
    <${Icon} name="filter" />
    <span class="visually-hidden">${t('rooms.find')}</span>
    <input
      id="find-room"
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
  const direct = directRooms.value;
  useEffect(() => loadPeers(direct), [direct.length]);
  if (roomsState.value === 'loading') {
    return html`<${Skeleton} kind="rooms" rows=${6} label=${t('rooms.loading')} />`;
  }
  if (roomsState.value === 'failed') return html`<${LoadingFailed} />`;
  const mine = myRooms.value;
  const others = otherRooms.value;
  return html`<${RoomList} title=${t('rooms.title')} rooms=${mine} current=${current} always />
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
    ${mine.length + direct.length + others.length === 0 && html`<p class="hint" aria-live="polite">${query.value ? t('rooms.noneFound') : t('rooms.none')}</p>`}`;
}

/** Whose avatars have their colours at once; those of others get them when their room is opened. */
const MOST_PEERS = 20;

/** @param {Room[]} rooms */
function loadPeers(rooms) {
  for (const room of rooms.slice(0, MOST_PEERS)) {
    const id = peerOf(room);
    if (id) personById(id);
  }
}

function LoadingFailed() {
  return html`<div class="failed" role="alert">
    <${Icon} name="warning" />
    <p>${t('rooms.failed')}</p>
    <button type="button" class="secondary" onClick=${() => loadRooms()}>
      ${t('common.tryAgain')}
    </button>
  </div>`;
}

/**
 * @param {{ title: string, rooms: Room[], current: string | null, always?: boolean, children?: unknown }} props
 *   `always`: also while there are none
 */
function RoomList({ title, rooms, current, always = false, children }) {
  if (rooms.length === 0 && !always) return null;
  return html`<section>
    <h2>${title} ${children}</h2>
    <ul aria-label=${title}>
      ${rooms.map((room) => html`<${RoomLink} key=${room.id} room=${room} current=${room.id === current} />`)}
    </ul>
  </section>`;
}
