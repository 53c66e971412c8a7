// @ts-check
/** @import { MailSummaries as Setting } from '../../src/protocol/mail-summaries.ts' */
import { useEffect, useState } from 'preact/hooks';
import { language, t } from '../i18n/translate.js';
import { api, client } from '../state/client.js';
import { Switch } from './alert-settings.js';
import { html } from './html.js';
import { Problem, useAction } from './use-action.js';

/** Summaries by mail of what was missed, in the language of the page; nothing where the server sends none. */
export function MailSummaries() {
  const [setting, setSetting] = useState(/** @type {Setting | null} */ (null));
  const { busy, problem, run } = useAction();
  const wanted = language.value;
  async function load() {
    const { mail } = await api.signIn.methods();
    if (!mail) return;
    // The session has a copy that another device, or a link in a mail, may have changed.
    const { email, mailSummaries } = await api.getMe(await client.freshToken());
    if (email !== null) setSetting(mailSummaries);
  }
  /** Shows the change at once, and takes it back where the server refuses it. @param {Setting} next */
  async function change(next) {
    setSetting(next);
    if (!(await run(() => client.updateMe({ mailSummaries: next })))) setSetting(setting);
  }
  useEffect(() => void run(load), []);
  const isOn = setting !== null && setting !== 'off';
  useEffect(() => {
    if (isOn && setting !== wanted) void change(wanted);
  }, [isOn, wanted]);
  if (setting === null) return html`<${Problem} text=${problem} />`;
  return html`<section class="part">
    <${Switch}
      label=${t('summaries.label')}
      on=${isOn}
      disabled=${busy}
      describedBy="summaries-hint"
      set=${(/** @type {boolean} */ on) => change(on ? wanted : 'off')}
    />
    <p class="hint" id="summaries-hint">${t('summaries.hint')}</p>
    <${Problem} text=${problem} />
  </section>`;
}
