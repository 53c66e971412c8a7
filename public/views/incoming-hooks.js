// @ts-check
/** @import { IncomingHook, NewIncomingHook } from '../../src/protocol/incoming-hooks.ts' */
import { useState } from 'preact/hooks';
import { dayName } from '../i18n/format.js';
import { t, tParts } from '../i18n/translate.js';
import { api } from '../state/client.js';
import { AskingButton } from './asking-button.js';
import { Field, FormError, useForm } from './forms.js';
import { html } from './html.js';
import { ShownOnce } from './shown-once.js';
import { Time } from './text.js';
import { Problem, useAction } from './use-action.js';

/**
 * The URLs by which programs post to a room.
 *
 * @param {{ roomId: string, hooks: readonly IncomingHook[], onChange: () => Promise<void> }} props
 */
export function IncomingHooks({ roomId, hooks, onChange }) {
  const [added, setAdded] = useState(/** @type {NewIncomingHook | null} */ (null));
  const { form, busy, errors, onSubmit } = useForm(async (text) => {
    setAdded(await api.hooks.addIncoming(roomId, { name: text('name').trim() }));
    form.current?.reset();
    await onChange();
  });
  return html`<section>
    <h3>${t('hooks.incoming')}</h3>
    <p class="hint">${t('hooks.incomingHint')}</p>
    <ul class="hooks" aria-label=${t('hooks.incoming')}>
      ${hooks.map((hook) => html`<${Item} key=${hook.id} roomId=${roomId} hook=${hook} onChange=${onChange} />`)}
    </ul>
    ${added && html`<${ShownOnce} text=${t('hooks.address', { name: added.name })} value=${added.url} />`}
    <form class="inline" ref=${form} onSubmit=${onSubmit}>
      <${Field}
        label=${t('hooks.name')}
        name="name"
        required
        maxlength="50"
        autocomplete="off"
        errors=${errors}
      />
      <button class="primary" disabled=${busy}>${t('hooks.makeUrl')}</button>
      <${FormError} errors=${errors} />
    </form>
  </section>`;
}

/** @param {{ roomId: string, hook: IncomingHook, onChange: () => Promise<void> }} props */
function Item({ roomId, hook, onChange }) {
  const { busy, problem, run } = useAction();
  const { id, name, lastUsedAt } = hook;
  const remove = () =>
    run(async () => {
      await api.hooks.delete(roomId, id);
      await onChange();
    });
  return html`<li>
    <p><bdi>${name}</bdi></p>
    <p class="hint">
      ${lastUsedAt ? tParts('profile.lastUsed', { day: dayName(lastUsedAt), time: html`<${Time} at=${lastUsedAt} />` }) : t('hooks.neverUsed')}
    </p>
    <div class="choices">
      <${AskingButton}
        name=${t('hooks.delete')}
        label=${t('hooks.deleteOf', { url: name })}
        question=${t('hooks.askDelete')}
        disabled=${busy}
        onConfirm=${remove}
      />
    </div>
    <${Problem} text=${problem} />
  </li>`;
}
