// @ts-check
/** @import { HookFailure, OutgoingHook } from '../../src/protocol/hooks.ts' */
/** @import { TextKey } from '../i18n/translate.js' */
import { dayName } from '../i18n/format.js';
import { t, tParts } from '../i18n/translate.js';
import { api } from '../state/client.js';
import { AskingButton } from './asking-button.js';
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
      <${AskingButton}
        name=${t('hooks.delete')}
        label=${t('hooks.deleteOf', { url })}
        question=${t('hooks.askDelete')}
        disabled=${busy}
        onConfirm=${() => change(() => api.hooks.delete(roomId, id))}
      />
    </div>
    <${Problem} text=${problem} />
  </li>`;
}

/** How a hook fares. @param {Pick<OutgoingHook, 'state' | 'nextAttemptAt'>} hook */
export function stateOf({ state, nextAttemptAt }) {
  if (state === 'active') return t('hooks.active');
  if (state === 'disabled' || !nextAttemptAt) return t('hooks.disabled');
  return tParts('hooks.retrying', {
    day: dayName(nextAttemptAt),
    time: html`<${Time} at=${nextAttemptAt} />`,
  });
}

/** @type {Record<HookFailure, TextKey>} */
const REASONS = {
  status: 'hookFailure.status',
  redirect: 'hookFailure.redirect',
  gone: 'hookFailure.gone',
  timeout: 'hookFailure.timeout',
  refused: 'hookFailure.refused',
  closed: 'hookFailure.closed',
  no_such_host: 'hookFailure.noSuchHost',
  unresolved: 'hookFailure.unresolved',
  not_public: 'hookFailure.notPublic',
  unreachable: 'hookFailure.unreachable',
  certificate_expired: 'hookFailure.certificateExpired',
  certificate_self_signed: 'hookFailure.certificateSelfSigned',
  certificate_of_other_host: 'hookFailure.certificateOfOtherHost',
  connection: 'hookFailure.connection',
};

/**
 * What the last answer was, or why there was none.
 *
 * @param {NonNullable<OutgoingHook['lastAnswer']>} answer
 */
export function answerOf({ status, reason }) {
  // A newer server may know more reasons.
  const text = reason && REASONS[reason];
  if (text) return t(text, { status: String(status) });
  return status === null ? t('hooks.noAnswer') : String(status);
}
