// @ts-check
/** @import { NewOutgoingHook as Added } from '../../src/protocol/hooks.ts' */
/** @import { DurableType } from '../../src/protocol/events.ts' */
/** @import { TextKey } from '../i18n/translate.js' */
import { useState } from 'preact/hooks';
import { t } from '../i18n/translate.js';
import { api } from '../state/client.js';
import { Field, FormError, useForm } from './forms.js';
import { html } from './html.js';
import { ShownOnce } from './shown-once.js';

/** @type {readonly { text: TextKey, events: readonly DurableType[] }[]} what people choose from */
const GROUPS = [
  { text: 'hooks.newMessages', events: ['message.created'] },
  { text: 'hooks.changedMessages', events: ['message.edited', 'message.deleted'] },
  { text: 'hooks.reactions', events: ['reaction.added', 'reaction.removed'] },
  { text: 'hooks.members', events: ['member.joined', 'member.left', 'member.updated'] },
  { text: 'hooks.room', events: ['room.created', 'room.updated'] },
];

/**
 * Adds an outgoing hook, and shows its secret once.
 *
 * @param {{ roomId: string, onAdded: () => Promise<void> }} props
 */
export function NewOutgoingHook({ roomId, onAdded }) {
  const [chosen, setChosen] = useState(new Set(GROUPS));
  const [added, setAdded] = useState(/** @type {Added | null} */ (null));
  const { form, busy, errors, onSubmit } = useForm(async (text) => {
    const events = GROUPS.filter((group) => chosen.has(group)).flatMap((group) => group.events);
    const isAll = chosen.size === GROUPS.length;
    setAdded(null);
    setAdded(
      await api.hooks.addOutgoing(roomId, {
        url: text('url').trim(),
        ...(!isAll && { events: [...events] }),
      }),
    );
    form.current?.reset();
    await onAdded();
  });
  const toggle = (/** @type {(typeof GROUPS)[number]} */ group) => {
    const next = new Set(chosen);
    if (!next.delete(group)) next.add(group);
    setChosen(next);
  };
  return html`<section class="part">
    <h3>${t('hooks.add')}</h3>
    ${added && html`<${ShownOnce} text=${t('hooks.secret', { url: added.url })} value=${added.secret} />`}
    <form ref=${form} onSubmit=${onSubmit}>
      <${Field}
        label=${t('hooks.url')}
        name="url"
        type="url"
        inputmode="url"
        required
        maxlength="1024"
        autocomplete="off"
        hint=${t('hooks.urlHint')}
        errors=${errors}
      />
      <fieldset class="choice">
        <legend>${t('hooks.events')}</legend>
        ${GROUPS.map(
          (group) =>
            html`<label key=${group.text}>
              <input type="checkbox" checked=${chosen.has(group)} onChange=${() => toggle(group)} />
              ${t(group.text)}
            </label>`,
        )}
      </fieldset>
      <${FormError} errors=${errors} />
      <button class="primary" disabled=${busy || chosen.size === 0}>${t('hooks.addIt')}</button>
    </form>
  </section>`;
}
