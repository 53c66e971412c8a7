// @ts-check
/** @import { AdminInvite } from '../../../src/protocol/server-lists.ts' */
import { dateAndTime, formatNumber } from '../../i18n/format.js';
import { t } from '../../i18n/translate.js';
import { api } from '../../state/client.js';
import { AskingButton } from '../asking-button.js';
import { html } from '../html.js';
import { Problem, useAction } from '../use-action.js';
import { nameOfRoom } from './room-name.js';
import { PagesEnd, usePages } from './use-pages.js';

/** The invites into all rooms, the newest first, without their links. */
export function RoomInvites() {
  const pages = usePages(async (cursor) => {
    const { invites, nextCursor } = await api.admin.listInvites({ cursor });
    return { items: invites, nextCursor };
  });
  return html`<section class="part">
    <h3 id="admin-room-invites">${t('adminInvites.title')}</h3>
    <p class="hint">${t('adminInvites.hint')}</p>
    <ul class="admin-list" aria-labelledby="admin-room-invites" aria-busy=${pages.busy}>
      ${pages.items?.map((invite) => html`<${Item} key=${invite.id} invite=${invite} onChange=${pages.reload} />`)}
    </ul>
    <${PagesEnd} pages=${pages} none=${t('adminInvites.none')} />
  </section>`;
}

/** @param {{ invite: AdminInvite, onChange: () => Promise<unknown> }} props */
function Item({ invite, onChange }) {
  const { busy, problem, run } = useAction();
  const { id, room, createdBy, expiresAt, uses, maxUses } = invite;
  const revoke = () =>
    run(async () => {
      await api.admin.revokeInvite(id);
      await onChange();
    });
  const used =
    maxUses === null
      ? t('invites.uses', { count: uses })
      : t('invites.usesOf', { uses: formatNumber(uses), maxUses: formatNumber(maxUses) });
  return html`<li>
    <p class="admin-head">
      <bdi>${nameOfRoom(room)}</bdi>
      <span class="hint">${t('admin.madeBy', { name: createdBy.name })} · ${id}…</span>
    </p>
    <p class="hint">${used}, ${t('invites.until', { date: dateAndTime(new Date(expiresAt)) })}</p>
    <div class="admin-actions">
      <${AskingButton}
        name=${t('invites.revoke')}
        question=${t('invites.askRevoke')}
        isQuiet
        disabled=${busy}
        onConfirm=${revoke}
      />
    </div>
    <${Problem} text=${problem} />
  </li>`;
}
