// @ts-check
import { useEffect } from 'preact/hooks';
import { t } from '../i18n/translate.js';
import { titleBadge } from '../state/badge.js';
import { currentRoom } from '../state/open-rooms.js';
import { route } from '../state/route.js';
import { knownRoom } from '../state/room-list.js';
import { ConnectionStatus } from './connection-status.js';
import { RoomPane, NoRoom } from './open-room.js';
import { html } from './html.js';
import { PeoplePane } from './people.js';
import { RoomsPane } from './rooms.js';
import { SearchPane, ShortcutList } from './lazy-views.js';
import { closeList, listIsOpen } from './shortcuts.js';

/** Three panes side by side. On a narrow screen only the one in `data-pane` is visible. */
export function Chat() {
  const { roomId, people, search } = route.value;
  const open = currentRoom.value;
  const pane = search !== null ? 'room' : !roomId ? 'rooms' : people ? 'people' : 'room';
  const name = roomId && (knownRoom(roomId)?.name ?? open?.room.value?.name);
  const badge = titleBadge.value;
  useEffect(() => {
    document.title = `${badge}${name ? `${name} · ` : ''}Charla`;
  }, [name, badge]);
  if (search !== null) {
    return html`<div class="chat" data-pane=${pane}>
      <${ConnectionStatus} />
      <${RoomsPane} current=${roomId} />
      <${SearchPane} query=${search} roomId=${roomId} />
      ${listIsOpen.value && html`<${ShortcutList} onClose=${closeList} />`}
    </div>`;
  }
  return html`<div class="chat" data-pane=${pane}>
    ${open && html`<${SkipLink} />`}
    <${ConnectionStatus} />
    <${RoomsPane} current=${roomId} />
    ${
      open && roomId
        ? html`<${RoomPane} key=${roomId} roomId=${roomId} openRoom=${open} peopleOpen=${people} />
            <${PeoplePane} key=${`people-${roomId}`} roomId=${roomId} openRoom=${open} />`
        : html`<${NoRoom} />`
    }
    ${listIsOpen.value && html`<${ShortcutList} onClose=${closeList} />`}
  </div>`;
}

/** The first stop of Tab: past the rooms, to the messages. */
function SkipLink() {
  return html`<a
    class="skip-link"
    href="#messages"
    onClick=${(/** @type {MouseEvent} */ event) => {
      // The hash is the page's route.
      event.preventDefault();
      document.getElementById('messages')?.focus();
    }}
    >${t('keys.skip')}</a
  >`;
}
