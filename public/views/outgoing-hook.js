// @ts-check
/** @import { OutgoingHook } from '../../src/protocol/hooks.ts' */
import { dayName } from '../i18n/format.js';
import { LANGUAGE_OF_SERVER } from '../i18n/refusals.js';
import { language, t, tParts } from '../i18n/translate.js';
import { api } from '../state/client.js';
import { html } from './html.js';
import { Time } from './text.js';
import { Problem, useAction } from './use-action.js';

/**
 * An outgoing hook: where it goes, and how it fares.
 *
 * @param {{ roomId: string, hook: OutgoingHook, onChange: () => Promise<void> }} props
 */
export function OutgoingHookItem({ roomId, hook, onChange }) {
  const { busy, problem, run } = useAction();
  const { id, url, events, state, lastAnswer, behind } = hook;
  const change = (/** @type {() => Promise<void>} */ work) =>
    run(async () => {
      await work();
      await onChange();
    });
  return html`<li>
    <p class="hook-url">${url}</p>
    ${events && html`<p class="hint">${events.join(', ')}</p>`}
    <p class=${state === 'active' ? 'hint' : 'error'}>${stateOf(hook)}</p>
    ${
      lastAnswer &&
      html`<p class="hint">
        ${tParts('hooks.lastAnswer', { day: dayName(lastAnswer.at), time: html`<${Time} at=${lastAnswer.at} />`, answer: answerOf(lastAnswer) })}
      </p>`
    }
    ${behind.events > 0 && html`<p class="hint">${t('hooks.behind', { count: behind.events })}</p>`}
    <div class="choices">
      ${state !== 'active' && html`<button type="button" class="quiet" aria-label=${t('hooks.sendAgainTo', { url })} disabled=${busy} onClick=${() => change(() => api.hooks.resume(roomId, id))}>${t('hooks.sendAgain')}</button>`}
      <button
        type="button"
        class="danger"
        aria-label=${t('hooks.deleteOf', { url })}
        disabled=${busy}
        onClick=${() => change(() => api.hooks.delete(roomId, id))}
      >
        ${t('hooks.delete')}
      </button>
    </div>
    <${Problem} text=${problem} />
  </li>`;
}

/** @param {OutgoingHook} hook */
function stateOf({ state, nextAttemptAt }) {
  if (state === 'active') return t('hooks.active');
  if (state === 'disabled' || !nextAttemptAt) return t('hooks.disabled');
  return tParts('hooks.retrying', {
    day: dayName(nextAttemptAt),
    time: html`<${Time} at=${nextAttemptAt} />`,
  });
}

/**
 * The server's words, where they are in the language of the page.
 *
 * @param {NonNullable<OutgoingHook['lastAnswer']>} answer
 */
function answerOf({ status, error }) {
  if (error !== null && language.value === LANGUAGE_OF_SERVER) return error;
  return status === null ? t('hooks.noAnswer') : String(status);
}
