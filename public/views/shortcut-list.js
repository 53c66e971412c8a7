// @ts-check
/** @import { TextKey } from '../i18n/translate.js' */
import { t } from '../i18n/translate.js';
import { Dialog } from './dialog.js';
import { html } from './html.js';
import { plainKeys, setPlainKeys, SHORTCUTS } from './shortcuts.js';

const isApple = /mac|iphone|ipad/i.test(navigator.platform);

/**
 * The list of keys, at `?` and in the profile.
 *
 * @param {{ onClose: () => void }} props
 */
export function ShortcutList({ onClose }) {
  return html`<${Dialog} title=${t('keys.title')} onClose=${onClose}>
    ${SHORTCUTS.map(
      ({ title, shortcuts }) =>
        html`<section class="keys" key=${title}>
          <h3>${t(title)}</h3>
          <dl>
            ${shortcuts.map(
              ({ does, ways }) =>
                html`<div key=${does}>
                  <dt>${t(does)}</dt>
                  <dd>${ways.map((keys, i) => html`${i > 0 && ' / '}<${Keys} keys=${keys} />`)}</dd>
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

/** Keys with other names on other keyboards. @type {Partial<Record<string, TextKey>>} */
const NAMES = {
  Enter: 'key.enter',
  Shift: 'key.shift',
  Delete: 'key.delete',
  Home: 'key.home',
  End: 'key.end',
};
/** @type {Partial<Record<string, string>>} */
const ON_APPLE = { Ctrl: '⌘', Alt: '⌥' };

/** @param {{ keys: string[] }} props */
function Keys({ keys }) {
  return keys.map((key) => {
    const name = NAMES[key];
    return html`<kbd key=${key}
      >${name ? t(name) : ((isApple ? ON_APPLE[key] : null) ?? key)}</kbd
    >`;
  });
}
