// @ts-check
import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../../i18n/translate.js';
import { html } from '../html.js';
import { Icon } from '../icons.js';
import { filesIn, hasFiles } from './transfer.js';

/**
 * Takes what is dropped anywhere on the element that it is in, which it covers while files are dragged over it.
 *
 * @param {{ onFiles: (files: File[]) => void }} props
 */
export function DropTarget({ onFiles }) {
  const cover = useRef(/** @type {HTMLElement | null} */ (null));
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const around = cover.current?.parentElement;
    const onEnter = (/** @type {DragEvent} */ event) => hasFiles(event) && setOver(true);
    around?.addEventListener('dragenter', onEnter);
    // Beside the target, a browser would open the file in place of the page.
    window.addEventListener('dragover', refuse);
    window.addEventListener('drop', refuse);
    return () => {
      around?.removeEventListener('dragenter', onEnter);
      window.removeEventListener('dragover', refuse);
      window.removeEventListener('drop', refuse);
    };
  }, []);

  /** @param {DragEvent} event */
  function onDragOver(event) {
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy';
  }

  /** @param {DragEvent} event */
  function onDrop(event) {
    event.preventDefault();
    setOver(false);
    if (event.dataTransfer) onFiles(filesIn(event.dataTransfer));
  }

  return html`<div
    ref=${cover}
    class="drop-target"
    hidden=${!isOver}
    onDragOver=${onDragOver}
    onDragLeave=${() => setOver(false)}
    onDrop=${onDrop}
  >
    <p><${Icon} name="attach" /> ${t('attachments.dropHere')}</p>
  </div>`;
}

/** @param {DragEvent} event */
function refuse(event) {
  if (event.defaultPrevented || !hasFiles(event)) return;
  event.preventDefault();
  if (event.dataTransfer) event.dataTransfer.dropEffect = 'none';
}
