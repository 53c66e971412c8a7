// @ts-check
import { useRef } from 'preact/hooks';
import { t } from '../../i18n/translate.js';
import { html } from '../html.js';
import { Icon } from '../icons.js';

/** Lets somebody choose files. @param {{ onFiles: (files: File[]) => void }} props */
export function AttachButton({ onFiles }) {
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  function onChange() {
    const { files } = input.current ?? {};
    if (!files || files.length === 0) return;
    onFiles(Array.from(files));
    // So that the same file can be chosen again.
    if (input.current) input.current.value = '';
  }
  return html`<input ref=${input} type="file" multiple hidden onChange=${onChange} />
    <button
      type="button"
      class="quiet round"
      aria-label=${t('attachments.attach')}
      title=${t('attachments.attach')}
      onClick=${() => input.current?.click()}
    >
      <${Icon} name="attach" />
    </button>`;
}
