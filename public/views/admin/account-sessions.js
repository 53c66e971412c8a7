// @ts-check
/** @import { AdminSession, AdminUserPage } from '../../../src/protocol/administration.ts' */
import { useEffect, useState } from 'preact/hooks';
import { t } from '../../i18n/translate.js';
import { api } from '../../state/client.js';
import { AskingButton } from '../asking-button.js';
import { html } from '../html.js';
import { Problem, useAction } from '../use-action.js';
import { aboutMoment } from './moment.js';

/**
 * The sessions of an account: its sign-ins and API tokens, which an admin ends.
 *
 * @param {{ account: AdminUserPage['users'][number], onCount: (count: number) => void }} props
 *   `onCount` takes how many there are
 */
export function AccountSessions({ account: { id, name }, onCount }) {
  const [sessions, setSessions] = useState(/** @type {AdminSession[] | null} */ (null));
  const { busy, problem, run } = useAction();
  const load = async () => {
    const found = (await api.admin.listSessions(id)).sessions;
    setSessions(found);
    onCount(found.length);
  };
  useEffect(() => void run(load), [id]);
  const end = (/** @type {string} */ sessionId) =>
    run(async () => {
      await api.admin.endSession(id, sessionId);
      await load();
    });
  const endAll = () =>
    run(async () => {
      await api.admin.endSessions(id);
      await load();
    });
  return html`<ul class="sessions" aria-label=${t('adminSessions.of', { name })} aria-busy=${busy}>
      ${sessions?.map((session) => html`<${Item} key=${session.id} session=${session} busy=${busy} onEnd=${() => end(session.id)} />`)}
    </ul>
    <p class="hint" role="status">${sessions?.length === 0 && t('adminSessions.none')}</p>
    ${
      sessions &&
      sessions.length > 0 &&
      html`<div class="admin-actions">
        <${AskingButton}
          name=${t('adminSessions.endAll')}
          question=${t('adminSessions.askAll', { name })}
          disabled=${busy}
          onConfirm=${endAll}
        />
      </div>`
    }
    <${Problem} text=${problem} />`;
}

/** @param {{ session: AdminSession, busy: boolean, onEnd: () => void }} props */
function Item({ session, busy, onEnd }) {
  const { kind, name, userAgent, lastUsedAt, current } = session;
  const what =
    kind === 'token'
      ? t('adminSessions.token', { name: name ?? '' })
      : userAgent || t('profile.unknownDevice');
  return html`<li>
    <div>
      <p class="user-agent"><bdi>${what}</bdi></p>
      <p class="hint">
        ${current && html`${t('profile.thisDevice')} · `}
        ${lastUsedAt ? aboutMoment('profile.lastUsed', lastUsedAt) : t('tokens.unused')}
      </p>
    </div>
    <${AskingButton}
      name=${t('profile.endSession')}
      label=${t('adminSessions.endNamed', { name: what })}
      question=${t(kind === 'token' ? 'adminSessions.askToken' : 'adminSessions.ask')}
      isQuiet
      disabled=${busy}
      onConfirm=${onEnd}
    />
  </li>`;
}
