// @ts-check
/** @import { ComponentType } from 'preact' */
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n/translate.js';
import { Dialog } from './dialog.js';
import { html } from './html.js';

/**
 * Returns a component whose module is loaded when it is first shown. Until then nothing is shown, since a file takes
 * a moment only. Where it cannot be loaded, the component says so; in a dialog, if it has `onClose`.
 *
 * @template Props
 * @param {() => Promise<ComponentType<Props>>} load
 * @returns {ComponentType<Props>}
 */
export function lazy(load) {
  /** @type {ComponentType<Props> | null} */
  let component = null;
  return function Lazy(props) {
    const [, setLoaded] = useState(component !== null);
    const [error, setError] = useState(/** @type {unknown} */ (null));
    async function run() {
      try {
        component = await load();
        setLoaded(true);
      } catch (reason) {
        setError(reason);
      }
    }
    const isWaiting = component === null && error === null;
    useEffect(() => {
      if (isWaiting) void run();
    }, [isWaiting]);
    if (component) return html`<${component} ...${props} />`;
    if (isWaiting) return null;
    const { onClose } = /** @type {{ onClose?: () => void }} */ (props);
    const again = html`<button
      type="button"
      class="primary"
      onClick=${() => tryAgain(error, setError)}
    >
      ${t('common.tryAgain')}
    </button>`;
    const text = t('common.notLoaded');
    return onClose
      ? html`<${Dialog} title=${text} onClose=${onClose}>${again}<//>`
      : html`<div class="not-loaded" role="alert">
          <p>${text}</p>
          ${again}
        </div>`;
  };
}

/**
 * A file that does not fit the others is of another version: only a reload gets all of one version.
 *
 * @param {unknown} error
 * @param {(error: unknown) => void} setError
 */
function tryAgain(error, setError) {
  if (error instanceof SyntaxError) location.reload();
  else setError(null);
}
