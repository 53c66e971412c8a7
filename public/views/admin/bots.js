// @ts-check
/** @import { Bot, NewBot } from '../../../src/protocol/bots.ts' */
import { useState } from 'preact/hooks';
import { t } from '../../i18n/translate.js';
import { api } from '../../state/client.js';
import { AskingButton } from '../asking-button.js';
import { Field, FormError, useForm } from '../forms.js';
import { html } from '../html.js';
import { ShownOnce } from '../shown-once.js';
import { Problem, useAction } from '../use-action.js';
import { aboutMoment } from './moment.js';
import { PagesEnd, usePages } from './use-pages.js';

/** The bots of the server: make one, give it a new token, delete it. */
export function Bots() {
  const [made, setMade] = useState(/** @type {NewBot | null} */ (null));
  const pages = usePages(async (cursor) => {
    const { bots, nextCursor } = await api.admin.listBots({ cursor });
    return { items: bots, nextCursor };
  });
  const { form, busy, errors, onSubmit } = useForm(async (text) => {
    setMade(await api.admin.createBot({ name: text('name').trim() }));
    form.current?.reset();
    await pages.reload();
  });
  return html`<p class="hint">${t('bots.hint')}</p>
    <form class="inline" ref=${form} onSubmit=${onSubmit}>
      <${Field}
        label=${t('bots.name')}
        name="name"
        required
        maxlength="50"
        autocomplete="off"
        errors=${errors}
      />
      <button class="primary" disabled=${busy}>${t('bots.make')}</button>
      <${FormError} errors=${errors} />
    </form>
    ${made && html`<${ShownOnce} text=${t('bots.token', { name: made.user.name })} value=${made.token} />`}
    <ul class="admin-list" aria-label=${t('admin.bots')} aria-busy=${pages.busy}>
      ${pages.items?.map((bot) => html`<${Item} key=${bot.id} bot=${bot} onMade=${setMade} onChange=${pages.reload} />`)}
    </ul>
    <${PagesEnd} pages=${pages} none=${t('bots.none')} />`;
}

/** @param {{ bot: Bot, onMade: (made: NewBot | null) => void, onChange: () => Promise<unknown> }} props */
function Item({ bot: { id, name, roomId, lastUsedAt }, onMade, onChange }) {
  const { busy, problem, run } = useAction();
  const renew = () => run(async () => onMade(await api.admin.renewBotToken(id)));
  const remove = () =>
    run(async () => {
      await api.admin.deleteBot(id);
      onMade(null);
      await onChange();
    });
  return html`<li>
    <details>
      <summary>
        <span class="admin-head">
          <bdi>${name}</bdi>
          <span class="hint">
            ${roomId !== null && html`${t('bots.ofHook')} ·${' '}`}
            ${lastUsedAt ? aboutMoment('profile.lastUsed', lastUsedAt) : t('hooks.neverUsed')}
          </span>
        </span>
      </summary>
      <p class="hint">${t(roomId === null ? 'bots.about' : 'bots.aboutHook')}</p>
      <div class="admin-actions">
        ${roomId === null && html`<button type="button" class="secondary" disabled=${busy} onClick=${renew}>${t('bots.renew')}</button>`}
        <${AskingButton}
          name=${t('hooks.delete')}
          question=${t('bots.askDelete', { name })}
          disabled=${busy}
          onConfirm=${remove}
        />
      </div>
      <${Problem} text=${problem} />
    </details>
  </li>`;
}
