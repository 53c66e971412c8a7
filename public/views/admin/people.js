// @ts-check
/** @import { AdminUser } from '../../../src/protocol/administration.ts' */
import { useEffect, useState } from 'preact/hooks';
import { t } from '../../i18n/translate.js';
import { api } from '../../state/client.js';
import { html } from '../html.js';
import { Icon } from '../icons.js';
import { AccountItem } from './account-item.js';
import { PagesEnd, usePages } from './use-pages.js';

/** How long after the last key the search runs, in milliseconds. */
const PAUSE_MS = 200;

/** All accounts, or those that a search by name or email finds. */
export function People() {
  const [typed, setTyped] = useState('');
  const [query, setQuery] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setQuery(typed.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const pages = usePages(async (cursor) => {
    const { users, nextCursor } = await api.admin.listAccounts({
      query: query || undefined,
      cursor,
    });
    return { items: users, nextCursor };
  }, query);
  /** @param {AdminUser} account as it is after a change */
  const change = (account) =>
    pages.setItems(
      (shown) =>
        shown?.map((one) =>
          one.id === account.id
            ? { ...one, ...account, ...(account.isDisabled && { sessionCount: 0 }) }
            : one,
        ) ?? null,
    );
  return html`<label class="search">
      <${Icon} name="search" />
      <span class="visually-hidden">${t('admin.find')}</span>
      <input
        type="search"
        placeholder=${t('admin.find')}
        autocomplete="off"
        maxlength="254"
        value=${typed}
        onInput=${(/** @type {{ currentTarget: HTMLInputElement }} */ { currentTarget }) => setTyped(currentTarget.value)}
      />
    </label>
    <ul class="admin-list" aria-label=${t('people.title')} aria-busy=${pages.busy}>
      ${pages.items?.map((entry) => html`<${AccountItem} key=${entry.id} account=${entry} onChange=${change} />`)}
    </ul>
    <${PagesEnd} pages=${pages} none=${t('admin.nobody')} />`;
}
