// @ts-check
/** @import { TextKey } from '../../i18n/translate.js' */
/** @import { ServerStats } from '../../../src/protocol/administration.ts' */
import { useEffect, useState } from 'preact/hooks';
import { dayName, fileSize, formatNumber } from '../../i18n/format.js';
import { t, tParts } from '../../i18n/translate.js';
import { api } from '../../state/client.js';
import { html } from '../html.js';
import { Time } from '../text.js';
import { Problem, useAction } from '../use-action.js';
import { aboutMoment } from './moment.js';

/** How large the server is, and how it does. */
export function Numbers() {
  const [stats, setStats] = useState(/** @type {ServerStats | null} */ (null));
  const { busy, problem, run } = useAction();
  const load = () => run(async () => setStats(await api.admin.getStats()));
  useEffect(() => void load(), []);
  return html`${stats && html`<${Figures} stats=${stats} />`}
    <button type="button" class="secondary" disabled=${busy} onClick=${load}>
      ${t('admin.countAgain')}
    </button>
    <${Problem} text=${problem} />`;
}

/** @param {{ stats: ServerStats }} props */
function Figures({ stats: { at, version, counts, storage, nodes, limitsHit, lag } }) {
  const { users, disabledUsers, admins, bots, rooms, messages, files } = counts;
  return html`<p class="hint" role="status">
      ${aboutMoment('numbers.at', at)} · ${t('numbers.version', { version })}
    </p>
    <dl class="figures">
      <${Figure} name=${t('numbers.users')} value=${formatNumber(users)} />
      <${Figure} name=${t('numbers.disabled')} value=${formatNumber(disabledUsers)} />
      <${Figure} name=${t('numbers.admins')} value=${formatNumber(admins)} />
      <${Figure} name=${t('admin.bots')} value=${formatNumber(bots)} />
      <${Figure} name=${t('admin.rooms')} value=${formatNumber(rooms)} />
      <${Figure} name=${t('numbers.messages')} value=${formatNumber(messages)} />
      <${Figure} name=${t('numbers.files')} value=${formatNumber(files)} />
      <${Figure} name=${t('numbers.fileBytes')} value=${fileSize(storage.fileBytes)} />
      <${Figure} name=${t('numbers.database')} value=${fileSize(storage.databaseBytes)} />
      <${Figure}
        name=${t('numbers.searchLag')}
        value=${t('numbers.events', { count: lag.search })}
      />
      <${Figure} name=${t('numbers.hookLag')} value=${t('numbers.events', { count: lag.hooks })} />
    </dl>
    <h3 id="admin-nodes">${t('numbers.nodes')}</h3>
    <ul class="admin-list" aria-labelledby="admin-nodes">
      ${nodes.map(
        ({ id, connections, startedAt }) =>
          html`<li key=${id}>
            <p class="admin-head">
              <span>${t('numbers.connections', { count: connections })}</span>
              <span class="hint">${aboutMoment('numbers.started', startedAt)} · ${id}</span>
            </p>
          </li>`,
      )}
    </ul>
    <h3 id="admin-limits">${t('limits.title')}</h3>
    <p class="hint">${limitsHit.length === 0 ? t('limits.none') : t('limits.hint')}</p>
    <ul class="admin-list" aria-labelledby="admin-limits">
      ${limitsHit.map((hit) => html`<${LimitItem} key=${hit.limit} hit=${hit} />`)}
    </ul>`;
}

/** @type {Record<string, TextKey>} */
const LIMITS = {
  messages: 'limits.messages',
  requests: 'limits.requests',
  frames: 'limits.frames',
  profiles: 'limits.profiles',
  connections: 'limits.connections',
  logins: 'limits.logins',
  uploads: 'limits.uploads',
  downloads: 'limits.downloads',
  exports: 'limits.exports',
};

/** What a limit has refused. @param {{ hit: ServerStats['limitsHit'][number] }} props */
function LimitItem({ hit: { limit, setting, count, lastAt, lastUser } }) {
  const name = LIMITS[limit];
  return html`<li>
    <p class="admin-head">
      <span>${name ? t(name) : limit}: ${t('limits.times', { count })}</span>
      <span class="hint">
        ${lastUser ? tParts('limits.lastOf', { day: dayName(lastAt), time: html`<${Time} at=${lastAt} />`, name: html`<bdi>${lastUser.name}</bdi>` }) : aboutMoment('limits.last', lastAt)}
      </span>
      <span class="hint">${setting ? t('limits.setting', { setting }) : t('limits.builtIn')}</span>
    </p>
  </li>`;
}

/** @param {{ name: string, value: string }} props */
function Figure({ name, value }) {
  return html`<div>
    <dt class="hint">${name}</dt>
    <dd>${value}</dd>
  </div>`;
}
