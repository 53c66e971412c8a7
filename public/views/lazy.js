// @ts-check
/** @import { ComponentType } from 'preact' */
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n/translate.js';
import { html } from './html.js';

/** @typedef {{ title: string, onClose?: (() => void) | undefined, children?: unknown }} NoticeProps `onClose`: the component's own */

/**
 * Returns a component whose module is loaded when it is first shown. Until then nothing is shown, since a file takes
 * a moment only. Where it cannot be loaded, the component says so.
 *
 * @template Props
 * @param {() => Promise<ComponentType<Props>>} load
 * @param {(props: NoticeProps) => unknown} [Notice] how it says so
 * @returns {ComponentType<Props> & { load: () => Promise<void> }} `load` loads the module before it is shown
 */
export function lazy(load, Notice = Alert) {
  /** @type {ComponentType<Props> | null} */
  let component = null;
  const loadOnce = async () => {
    component ??= await load();
  };
  /** @param {Props} props */
  function Lazy(props) {
    const [, setLoaded] = useState(component !== null);
    const [error, setError] = useState(/** @type {unknown} */ (null));
    async function run() {
      try {
        await loadOnce();
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
    return html`<${Notice} title=${t('common.notLoaded')} onClose=${onClose}>
      <button type="button" class="primary" onClick=${() => tryAgain(error, setError)}>
        ${t('common.tryAgain')}
      </button>
    <//>`;
  }
  return Object.assign(Lazy, { load: loadOnce });
}

/** @param {NoticeProps} props */
export function Alert({ title, children }) {
  return html`<div class="not-loaded" role="alert">
    <p>${title}</p>
    ${children}
  </div>`;
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
