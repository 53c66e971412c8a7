// @ts-check
/** @import { AuditEntry } from '../../../src/protocol/administration.ts' */
import { useEffect, useRef, useState } from 'preact/hooks';
import { t, tParts } from '../../i18n/translate.js';
import { api } from '../../state/client.js';
import { html } from '../html.js';
import { auditText } from './audit-texts.js';
import { aboutMoment } from './moment.js';
import { PagesEnd, usePages } from './use-pages.js';

/** @typedef {{ by: 'actorId' | 'userId' | 'roomId', id: string, name: string }} Filter whose entries are shown */

/** Who did what, the newest first. The names in it lead to what else there is of them. */
export function AuditLog() {
  const [filter, setFilter] = useState(/** @type {Filter | null} */ (null));
  const pages = usePages(
    async (cursor) => {
      const only = filter ? { [filter.by]: filter.id } : {};
      const { entries, nextCursor } = await api.admin.listAudit({ ...only, cursor });
      return { items: entries, nextCursor };
    },
    filter ? `${filter.by} ${filter.id}` : '',
  );
  const showAll = useRef(/** @type {HTMLButtonElement | null} */ (null));
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  // The name that was chosen may leave the list, and the focus with it.
  useEffect(() => showAll.current?.focus(), [filter]);
  function clear() {
    list.current?.focus();
    setFilter(null);
  }
  return html`<p class="hint">${t('admin.auditHint')}</p>
    <div class="admin-filter" role="status">
      ${
        filter &&
        html`<span>
            ${tParts(FILTER_TEXTS[filter.by], { name: html`<bdi>${filter.name}</bdi>` })}
          </span>
          <button type="button" class="quiet" ref=${showAll} onClick=${clear}>
            ${t('admin.all')}
          </button>`
      }
    </div>
    <ul
      class="admin-list"
      ref=${list}
      tabindex="-1"
      aria-label=${t('admin.audit')}
      aria-busy=${pages.busy}
    >
      ${pages.items?.map((entry) => html`<${Item} key=${entry.id} entry=${entry} onFilter=${setFilter} />`)}
    </ul>
    <${PagesEnd} pages=${pages} none=${t('admin.nothing')} />`;
}

/** @type {Record<Filter['by'], 'admin.onlyBy' | 'admin.onlyTo' | 'admin.onlyIn'>} */
const FILTER_TEXTS = { actorId: 'admin.onlyBy', userId: 'admin.onlyTo', roomId: 'admin.onlyIn' };

/** @param {{ entry: AuditEntry, onFilter: (filter: Filter) => void }} props */
function Item({ entry, onFilter }) {
  /** @param {Filter} filter */
  const link = (filter) =>
    html`<button type="button" class="link" onClick=${() => onFilter(filter)}>
      <bdi>${filter.name}</bdi>
    </button>`;
  const { at, actor, user, roomId, details } = entry;
  // Of a room that was public and is deleted, the entry of its deletion has the name.
  const named = entry.roomName ?? details?.['name'];
  const roomName = typeof named === 'string' ? named : t('audit.otherRoom');
  return html`<li>
    <p>
      ${auditText(entry, {
        actor: actor
          ? link({ by: 'actorId', id: actor.id, name: actor.name })
          : t('audit.operator'),
        user: user ? link({ by: 'userId', id: user.id, name: user.name }) : '',
        room: roomId ? link({ by: 'roomId', id: roomId, name: roomName }) : '',
      })}
    </p>
    <p class="hint">${aboutMoment('admin.at', at)}</p>
  </li>`;
}
