// @ts-check
/** @import { Room } from '../../src/protocol/resources.ts' */
import { t } from '../i18n/translate.js';
import { draftRooms } from '../state/drafts.js';
import { peerOf } from '../state/direct-peers.js';
import { notifiedCount } from '../state/notify-levels.js';
import { knownPerson } from '../state/people.js';
import { roomHref } from '../state/route.js';
import { Avatar } from './avatar.js';
import { html } from './html.js';
import { Icon } from './icons.js';

/** @param {{ room: Room, current: boolean }} props */
export function RoomLink({ room, current }) {
  const id = `room-${room.id}`;
  // The topic helps to choose a room to join; for the user's rooms the name is enough.
  const topic = room.role === null && room.topic;
  const isMuted = room.role !== null && room.notify === 'none';
  return html`<li
    class="room-item"
    data-unread=${room.unreadCount > 0 && !isMuted}
    data-muted=${isMuted}
  >
    <${RoomSign} room=${room} />
    <div>
      <a
        class="room-link"
        href=${roomHref(room.id)}
        aria-describedby=${isMuted ? `${id}-muted` : topic ? `${id}-topic` : undefined}
        aria-current=${current ? 'page' : undefined}
        ><bdi>${room.name}</bdi
        ><${Unread}
          room=${room}
        />${!current && draftRooms.value.has(room.id) && html`<${DraftSign} />`}</a
      >
      ${topic && html`<span class="topic" id=${`${id}-topic`} dir="auto">${topic}</span>`}
    </div>
    ${
      isMuted &&
      html`<span class="muted-sign">
        <${Icon} name="bellOff" />
        <span class="visually-hidden" id=${`${id}-muted`}>${t('rooms.muted')}</span>
      </span>`
    }
  </li>`;
}

/** Whose avatar is not known yet. */
const NEUTRAL = '#8a7a63';

/** The kind of a room. @param {{ room: Room }} props */
export function RoomSign({ room }) {
  if (room.kind === 'direct') {
    const id = peerOf(room);
    const color = (id && knownPerson(id)?.color) ?? NEUTRAL;
    return html`<${Avatar} user=${{ id: id ?? room.id, name: room.name, color }} />`;
  }
  return html`<span class="sign" aria-hidden="true" data-kind=${room.kind}>
    ${room.kind === 'private' && html`<${Icon} name="lock" />`}
  </span>`;
}

/** Something was begun to be written in the room. */
function DraftSign() {
  return html` <span
    class="draft"
    role="img"
    aria-label=${t('rooms.draft')}
    title=${t('rooms.draft')}
  >
    <${Icon} name="edit" />
  </span>`;
}

/** How much of a room is unread: a number to see, and the words for it to hear. @param {{ room: Room }} props */
function Unread({ room }) {
  const { kind, notify, unreadCount, mentionCount } = room;
  if (unreadCount === 0) return null;
  const unread = t('rooms.unread', { count: unreadCount });
  // Messages that notify the reader stand out from those that are merely new.
  const isForMe = notifiedCount(room) > 0;
  const showsMentions = kind !== 'direct' && notify !== 'none' && mentionCount > 0;
  const shown = showsMentions ? mentionCount : unreadCount;
  const sign = showsMentions ? '@' : '';
  return html` <span class="visually-hidden"
      >${mentionCount > 0 ? t('rooms.unreadAndMentions', { unread, count: mentionCount }) : unread}</span
    >
    <span
      class="unread"
      aria-hidden="true"
      data-for-me=${isForMe}
      data-shown=${`${sign}${shown > 999 ? '999+' : shown}`}
    ></span>`;
}
