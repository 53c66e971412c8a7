// @ts-check
/** @import { AdminHookPage } from '../../../src/protocol/server-lists.ts' */
import { dayName } from '../../i18n/format.js';
import { t, tParts } from '../../i18n/translate.js';
import { api } from '../../state/client.js';
import { AskingButton } from '../asking-button.js';
import { html } from '../html.js';
import { answerOf, stateOf } from '../outgoing-hook.js';
import { Time } from '../text.js';
import { Problem, useAction } from '../use-action.js';
import { aboutMoment } from './moment.js';
import { nameOfRoom } from './room-name.js';
import { PagesEnd, usePages } from './use-pages.js';

/** @typedef {AdminHookPage['hooks'][number]} Hook */

/** The hooks of all rooms, the newest first: how they fare, "send again", delete. */
export function Hooks() {
  const pages = usePages(async (cursor) => {
    const { hooks, nextCursor } = await api.admin.listHooks({ cursor });
    return { items: hooks, nextCursor };
  });
  return html`<p class="hint">${t('adminHooks.hint')}</p>
    <ul class="admin-list" aria-label=${t('admin.hooks')} aria-busy=${pages.busy}>
      ${pages.items?.map((hook) => html`<${Item} key=${hook.id} hook=${hook} onChange=${pages.reload} />`)}
    </ul>
    <${PagesEnd} pages=${pages} none=${t('adminHooks.none')} />`;
}

/** @param {{ hook: Hook, onChange: () => Promise<unknown> }} props */
function Item({ hook, onChange }) {
  const { busy, problem, run } = useAction();
  const { id, room, createdBy } = hook;
  const change = (/** @type {() => Promise<void>} */ work) =>
    run(async () => {
      await work();
      await onChange();
    });
  const name = hook.kind === 'outgoing' ? hook.host : hook.name;
  return html`<li>
    <details>
      <summary>
        <span class="admin-head">
          <span>
            ${t(hook.kind === 'outgoing' ? 'adminHooks.to' : 'adminHooks.from', { name })} ·${' '}
            <bdi>${nameOfRoom(room)}</bdi>
          </span>
          <span class=${hook.kind === 'outgoing' && hook.state !== 'active' ? 'error' : 'hint'}>
            ${hook.kind === 'outgoing' ? stateOf(hook) : lastUse(hook.lastUsedAt)}
          </span>
        </span>
      </summary>
      ${hook.kind === 'outgoing' && html`<${Fate} hook=${hook} />`}
      <p class="hint">${t('admin.madeBy', { name: createdBy.name })}</p>
      <div class="admin-actions">
        ${
          hook.kind === 'outgoing' &&
          hook.state !== 'active' &&
          html`<button
            type="button"
            class="secondary"
            aria-label=${t('hooks.sendAgainTo', { url: name })}
            disabled=${busy}
            onClick=${() => change(() => api.admin.resumeHook(id))}
          >
            ${t('hooks.sendAgain')}
          </button>`
        }
        <${AskingButton}
          name=${t('hooks.delete')}
          label=${t('hooks.deleteOf', { url: name })}
          question=${t('hooks.askDelete')}
          disabled=${busy}
          onConfirm=${() => change(() => api.admin.deleteHook(id))}
        />
      </div>
      <${Problem} text=${problem} />
    </details>
  </li>`;
}

/** How an outgoing hook fares. @param {{ hook: Extract<Hook, { kind: 'outgoing' }> }} props */
function Fate({ hook: { lastAnswer, behind, events } }) {
  return html`${
    lastAnswer &&
    html`<p class="hint">
      ${tParts('hooks.lastAnswer', { day: dayName(lastAnswer.at), time: html`<${Time} at=${lastAnswer.at} />`, answer: answerOf(lastAnswer) })}
    </p>`
  }
  ${behind.events > 0 && html`<p class="hint">${t('hooks.behind', { count: behind.events })}</p>`}
  ${events && html`<p class="hint">${events.join(', ')}</p>`}`;
}

/** @param {string | null} at */
const lastUse = (at) => (at ? aboutMoment('profile.lastUsed', at) : t('hooks.neverUsed'));
