// @ts-check
import { t } from '../i18n/translate.js';
import { Dialog } from './dialog.js';
import { html } from './html.js';
import { listIsOpen, plainKeys, setPlainKeys, SHORTCUTS } from './shortcuts.js';

const isApple = /mac|iphone|ipad/i.test(navigator.platform);

/** The list of keys, at `?` and in the profile. */
export function ShortcutList() {
  if (!listIsOpen.value) return null;
  return html`<${Dialog} title=${t('keys.title')} onClose=${() => (listIsOpen.value = false)}>
    ${SHORTCUTS.map(
      ({ title, keys }) =>
        html`<section class="keys" key=${title}>
          <h3>${t(title)}</h3>
          <dl>
            ${keys.map(
              ([combination, does]) =>
                html`<div key=${does}>
                  <dt>${t(does)}</dt>
                  <dd><${Combination} keys=${combination} /></dd>
                </div>`,
            )}
          </dl>
        </section>`,
    )}
    <label class="switch part">
      <input
        type="checkbox"
        checked=${plainKeys.value}
        onChange=${(/** @type {{ currentTarget: HTMLInputElement }} */ { currentTarget }) => setPlainKeys(currentTarget.checked)}
      />
      <span>${t('keys.plain')}</span>
    </label>
  <//>`;
}

/** @param {{ keys: string }} props */
function Combination({ keys }) {
  const shown = isApple ? keys.replaceAll('Ctrl', '⌘').replaceAll('Alt', '⌥') : keys;
  return shown
    .split(' ')
    .map((key, i) =>
      key === '/' ? html` <span key=${i}>/</span> ` : html`<kbd key=${i}>${key}</kbd>`,
    );
}
