// @ts-check
/** @import { OutgoingHook } from '../../src/protocol/hooks.ts' */
/** @import { IncomingHook } from '../../src/protocol/incoming-hooks.ts' */
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n/translate.js';
import { api } from '../state/client.js';
import { Dialog } from './dialog.js';
import { html } from './html.js';
import { IncomingHooks } from './incoming-hooks.js';
import { NewOutgoingHook } from './new-outgoing-hook.js';
import { OutgoingHookItem } from './outgoing-hook.js';
import { Problem, useAction } from './use-action.js';

/** How often the state of the hooks is read again while one looks at it, in milliseconds. */
const REFRESH_MS = 5000;

/**
 * What connects a room with other programs, for its moderators and owners.
 *
 * @param {{ roomId: string, onClose: () => void }} props
 */
export function Integrations({ roomId, onClose }) {
  const [hooks, setHooks] = useState(/** @type {(OutgoingHook | IncomingHook)[] | null} */ (null));
  const { problem, run } = useAction();
  const load = async () => setHooks((await api.hooks.list(roomId)).hooks);
  useEffect(() => {
    void run(load);
    const timer = setInterval(() => void run(load), REFRESH_MS);
    return () => clearInterval(timer);
  }, [roomId]);
  const incoming = hooks?.filter((hook) => hook.kind === 'incoming') ?? [];
  const outgoing = hooks?.filter((hook) => hook.kind === 'outgoing') ?? [];
  return html`<${Dialog} title=${t('hooks.title')} onClose=${onClose}>
    <${Problem} text=${problem} />
    <${IncomingHooks} roomId=${roomId} hooks=${incoming} onChange=${load} />
    <section class="part">
      <h3>${t('hooks.outgoing')}</h3>
      <p class="hint">${t('hooks.outgoingHint')}</p>
      ${hooks !== null && outgoing.length === 0 && html`<p class="hint">${t('hooks.none')}</p>`}
      <ul class="hooks" aria-label=${t('hooks.outgoing')}>
        ${outgoing.map((hook) => html`<${OutgoingHookItem} key=${hook.id} roomId=${roomId} hook=${hook} onChange=${load} />`)}
      </ul>
    </section>
    <${NewOutgoingHook} roomId=${roomId} onAdded=${load} />
  <//>`;
}
