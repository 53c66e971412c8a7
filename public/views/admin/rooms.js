// @ts-check
/** @import { RoomSize } from '../../../src/protocol/administration.ts' */
import { fileSize } from '../../i18n/format.js';
import { t } from '../../i18n/translate.js';
import { api } from '../../state/client.js';
import { html } from '../html.js';
import { aboutMoment } from './moment.js';
import { nameOfRoom } from './room-name.js';
import { PagesEnd, usePages } from './use-pages.js';

/** The rooms of the server, the largest first. */
export function Rooms() {
  const pages = usePages(async (cursor) => {
    const { rooms, nextCursor } = await api.admin.listRooms({ cursor });
    return { items: rooms, nextCursor };
  });
  return html`<p class="hint">${t('admin.roomsHint')}</p>
    <ul class="admin-list" aria-label=${t('admin.rooms')} aria-busy=${pages.busy}>
      ${pages.items?.map((room) => html`<${Item} key=${room.id} room=${room} />`)}
    </ul>
    <${PagesEnd} pages=${pages} none=${t('admin.noRooms')} />`;
}

/** @param {{ room: RoomSize }} props */
function Item({ room }) {
  const { name, createdBy, lastActivityAt } = room;
  const { memberCount, messageCount, fileCount, fileBytes } = room;
  return html`<li>
    <p class="admin-head">
      ${name === null ? html`<span>${nameOfRoom(room)}</span>` : html`<bdi>${name}</bdi>`}
      ${createdBy && html`<span class="hint">${t('admin.madeBy', { name: createdBy.name })}</span>`}
    </p>
    <p>
      ${t('admin.messages', { count: messageCount })} ·${' '}
      ${t('admin.files', { count: fileCount, size: fileSize(fileBytes) })} ·${' '}
      ${t('people.members', { count: memberCount })}
    </p>
    <p class="hint">${aboutMoment('admin.lastActivity', lastActivityAt)}</p>
  </li>`;
}
