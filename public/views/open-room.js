// @ts-check
/** @import { ClosedReason } from '../client/close-codes.js' */
/** @import { TextKey } from '../i18n/translate.js' */
/** @import { OpenRoom } from '../state/open-room.js' */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { formatNumber } from '../i18n/format.js';
import { t, tParts } from '../i18n/translate.js';
import { rejoin } from '../state/open-rooms.js';
import { isModerator } from '../state/permissions.js';
import { knownRoom } from '../state/room-list.js';
import { peopleHref, roomHref, roomSearchHref } from '../state/route.js';
import { me } from '../state/session.js';
import { BlockedNotice } from './blocks.js';
import { Composer } from './composer.js';
import { FirstRun } from './first-run.js';
import { html } from './html.js';
import { Icon } from './icons.js';
import { Logo } from './logo.js';
import { MessageList } from './message-list.js';
import { DropTarget, RoomSettings } from './lazy-views.js';
import { NotifyLevelButton } from './notify-level.js';
import { RoomSign } from './room-link.js';
import { RoomsButton } from './rooms-button.js';

/** @type {Record<ClosedReason, TextKey | null>} */
const CLOSED = {
  left: 'room.left',
  removed: 'room.removed',
  deleted: 'room.deleted',
  signed_out: 'room.signedOut',
  done: null,
};

/** @param {{ roomId: string, openRoom: OpenRoom, peopleOpen: boolean }} props */
export function RoomPane({ roomId, openRoom, peopleOpen }) {
  const closed = openRoom.closedReason.value;
  return html`<main class="room-pane">
    <${RoomBar} roomId=${roomId} openRoom=${openRoom} peopleOpen=${peopleOpen} />
    <${FirstRun} />
    <${MessageList} openRoom=${openRoom} />
    ${
      closed
        ? html`<div class="closed" aria-live="polite">
            <p>${CLOSED[closed] && t(CLOSED[closed])}</p>
            ${closed === 'left' && html`<button type="button" class="primary" onClick=${rejoin}>${t('room.joinAgain')}</button>`}
            <a href="#/">${t('common.backToRooms')}</a>
          </div>`
        : html`<${TypingLine} openRoom=${openRoom} />
            <${BlockedNotice} openRoom=${openRoom} />
            <${Composer} openRoom=${openRoom} />
            <${DropTarget}
              onFiles=${(/** @type {File[]} */ files) => openRoom.composer.attach(files)}
            />`
    }
  </main>`;
}

/** @param {{ roomId: string, openRoom: OpenRoom, peopleOpen: boolean }} props */
function RoomBar({ roomId, openRoom, peopleOpen }) {
  const title = useRef(/** @type {HTMLHeadingElement | null} */ (null));
  const room = knownRoom(roomId) ?? openRoom.room.value;
  const [settings, setSettings] = useState(false);
  const canManage = room !== null && isModerator(room) && openRoom.closedReason.value === null;
  // Settings close for somebody who loses the room, or the rights of a moderator.
  useEffect(() => {
    if (!canManage) setSettings(false);
  }, [canManage]);
  // Screen readers continue at the title on touch devices, where a focused field would open the keyboard. Elsewhere
  // the composer focuses its field.
  useLayoutEffect(() => {
    if (!matchMedia('(hover: hover) and (pointer: fine)').matches) title.current?.focus();
  }, []);
  const here = openRoom.roster.online.value.length;
  return html`<header class="bar">
    <${RoomsButton} />
    <div class="room-title">
      <h1 ref=${title} tabindex="-1">
        ${room && html`<${RoomSign} room=${room} />`}<bdi>${room?.name ?? '…'}</bdi>
      </h1>
      ${room?.topic && html`<p dir="auto" title=${room.topic}>${room.topic}</p>`}
      ${room?.kind === 'direct' && html`<${PeerPresence} openRoom=${openRoom} />`}
    </div>
    <a
      class="quiet round"
      href=${roomSearchHref(roomId, '')}
      aria-label=${t('search.thisRoom')}
      title=${t('search.thisRoom')}
      ><${Icon} name="search"
    /></a>
    ${room?.role && !openRoom.closedReason.value && html`<${NotifyLevelButton} room=${room} />`}
    ${
      canManage &&
      html`<button
        type="button"
        class="quiet round"
        aria-label=${t('room.about')}
        title=${t('room.about')}
        onClick=${() => setSettings(true)}
      >
        <${Icon} name="gear" />
      </button>`
    }
    ${
      canManage &&
      settings &&
      html`<${RoomSettings}
        room=${room}
        openRoom=${openRoom}
        onClose=${() => setSettings(false)}
      />`
    }
    <a
      class="quiet people-toggle"
      href=${peopleOpen ? roomHref(roomId) : peopleHref(roomId)}
      aria-label=${peopleOpen ? t('room.hidePeople') : t('room.showPeople', { count: here })}
    >
      <${Icon} name="people" /> <span class="count">${formatNumber(here)}</span>
    </a>
  </header>`;
}

/** Whether the other person of a direct room is online. @param {{ openRoom: OpenRoom }} props */
function PeerPresence({ openRoom: { roster } }) {
  const peer = roster.all.value.find(({ id }) => id !== me.value?.id);
  return peer && html`<p>${t(peer.online ? 'people.online' : 'people.offline')}</p>`;
}

/** @param {{ openRoom: OpenRoom }} props */
function TypingLine({ openRoom }) {
  const names = openRoom.roster.typing.value.map(
    ({ id, name }) => html`<bdi key=${id}>${name}</bdi>`,
  );
  const [first, second] = names;
  return html`<p class="typing-line">
    ${names.length > 0 && html`<span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>`}
    ${names.length === 1 && html`<span>${tParts('room.typingOne', { name: first })}</span>`}
    ${names.length === 2 && html`<span>${tParts('room.typingTwo', { first, second })}</span>`}
    ${names.length > 2 && html`<span>${t('room.typingMany')}</span>`}
  </p>`;
}

/** Shown while no room is open. */
export function NoRoom() {
  return html`<main class="room-pane nothing-open">
    <${Logo} />
    <h1>${t('room.noneOpen')}</h1>
    <p class="hint with-keyboard">${t('keys.hint')}</p>
  </main>`;
}
