// @ts-check
/** @import { AdminUser, AdminUserPage, ResetLink } from '../../../src/protocol/administration.ts' */
/** @import { UpdateAccount } from '../../../src/protocol/commands.ts' */
import { useState } from 'preact/hooks';
import { dateAndTime } from '../../i18n/format.js';
import { t } from '../../i18n/translate.js';
import { api } from '../../state/client.js';
import { AskingButton } from '../asking-button.js';
import { BotBadge } from '../author-name.js';
import { html } from '../html.js';
import { ownLink } from '../own-link.js';
import { ShownOnce } from '../shown-once.js';
import { Problem, useAction } from '../use-action.js';
import { AccountSessions } from './account-sessions.js';
import { aboutMoment } from './moment.js';

/** @typedef {AdminUserPage['users'][number]} Entry */

/**
 * An account, and what can be done about it.
 *
 * @param {{ account: Entry, onChange: (account: AdminUser) => void }} props
 */
export function AccountItem({ account, onChange }) {
  const { name, email, isAdmin, isBot, isDisabled, lastSeenAt, sessionCount } = account;
  return html`<li>
    <details>
      <summary>
        <span class="admin-head">
          <span>
            <bdi>${name}</bdi> ${isBot && html`<${BotBadge} />`}
            ${isAdmin && html` <span class="bot-badge">${t('admin.isAdmin')}</span>`}
            ${isDisabled && html` <span class="bot-badge">${t('admin.isDisabled')}</span>`}
          </span>
          <span class="hint">${email ?? t('admin.noEmail')}</span>
        </span>
      </summary>
      <p class="hint">
        ${lastSeenAt ? aboutMoment('admin.lastSeen', lastSeenAt) : t('admin.neverSeen')} ·${' '}
        ${t('admin.sessions', { count: sessionCount })}
      </p>
      ${sessionCount > 0 && html`<${Disclosed} account=${account} onChange=${onChange} />`}
      ${isBot ? html`<p class="hint">${t('admin.seeBots')}</p>` : html`<${Actions} account=${account} onChange=${onChange} />`}
    </details>
  </li>`;
}

/** The sessions, for whoever opens the list. @param {{ account: Entry, onChange: (account: Entry) => void }} props */
function Disclosed({ account, onChange }) {
  const [isOpen, setOpen] = useState(false);
  return html`<details
    class="admin-sessions"
    onToggle=${(/** @type {{ currentTarget: HTMLDetailsElement }} */ { currentTarget }) => setOpen(currentTarget.open)}
  >
    <summary>${t('adminSessions.title')}</summary>
    ${
      isOpen &&
      html`<${AccountSessions}
        account=${account}
        onCount=${(/** @type {number} */ sessionCount) => sessionCount !== account.sessionCount && onChange({ ...account, sessionCount })}
      />`
    }
  </details>`;
}

/** @param {{ account: Entry, onChange: (account: AdminUser) => void }} props */
function Actions({ account, onChange }) {
  const { id, name, isAdmin, isDisabled } = account;
  const [done, setDone] = useState(false);
  const [link, setLink] = useState(/** @type {ResetLink | null} */ (null));
  const { busy, problem, run } = useAction({ forbidden: 'admin.refused' });
  /** @param {UpdateAccount} changes */
  const update = async (changes) => {
    setDone(false);
    if (await run(async () => onChange(await api.admin.updateAccount(id, changes)))) setDone(true);
  };
  const makeLink = () => {
    setDone(false);
    return run(async () => setLink(await api.admin.makeResetLink(id)));
  };
  return html`<div class="admin-actions">
      <button
        type="button"
        class="secondary"
        disabled=${busy}
        onClick=${() => update({ isAdmin: !isAdmin })}
      >
        ${t(isAdmin ? 'admin.takeAdmin' : 'admin.makeAdmin')}
      </button>
      ${
        isDisabled
          ? html`<button
              type="button"
              class="secondary"
              disabled=${busy}
              onClick=${() => update({ isDisabled: false })}
            >
              ${t('admin.enable')}
            </button>`
          : html`<${AskingButton}
              name=${t('admin.disable')}
              question=${t('admin.askDisable', { name })}
              disabled=${busy}
              onConfirm=${() => update({ isDisabled: true })}
            />`
      }
      <button type="button" class="secondary" disabled=${busy} onClick=${makeLink}>
        ${t('admin.makeLink')}
      </button>
    </div>
    <p class="hint" role="status">${done && t('admin.done')}</p>
    ${link && html`<${ShownOnce} text=${t('admin.linkMade', { name, time: dateAndTime(new Date(link.expiresAt)) })} value=${ownLink(link.url)} />`}
    <${Problem} text=${problem} />`;
}
