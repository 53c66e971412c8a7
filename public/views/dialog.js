// @ts-check
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../i18n/translate.js';
import { html } from './html.js';
import { Icon } from './icons.js';

/**
 * A modal dialog, open while it is rendered. Escape, its button or a click beside it closes it; then `onClose`
 * removes it.
 *
 * @param {{ title: string, onClose: () => void, children?: unknown }} props
 */
export function Dialog({ title, onClose, children }) {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const isGone = useRef(false);
  const titleId = useId();
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => {
      isGone.current = true;
      // Removed without being closed, it would leave the focus nowhere.
      element?.close();
    };
  }, []);
  const close = () => dialog.current?.close();
  return html`<dialog
    ref=${dialog}
    aria-labelledby=${titleId}
    onClose=${() => isGone.current || onClose()}
    onClick=${(/** @type {MouseEvent} */ event) => event.target === dialog.current && close()}
  >
    <div class="dialog-body">
      <div class="dialog-head">
        <h2 id=${titleId}>${title}</h2>
        <button type="button" class="quiet round" aria-label=${t('common.close')} onClick=${close}>
          <${Icon} name="close" />
        </button>
      </div>
      ${children}
    </div>
  </dialog>`;
}
