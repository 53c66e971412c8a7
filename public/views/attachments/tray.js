// @ts-check
/** @import { Attachment } from '../../state/attachments/attachment.js' */
/** @import { ChosenFiles } from '../../state/attachments/chosen-files.js' */
import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../../i18n/translate.js';
import { shownName } from '../../shared/files.js';
import { html } from '../html.js';
import { Icon } from '../icons.js';
import { DescriptionDialog } from './description.js';
import { reasonOf, Tile } from './tile.js';

/**
 * The files of the next message.
 *
 * @param {{ files: ChosenFiles, onEmpty: () => void }} props `onEmpty`: somebody has removed the last one
 */
export function AttachmentTray({ files, onEmpty }) {
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  const [described, setDescribed] = useState(/** @type {Attachment | null} */ (null));
  const all = files.all.value;

  /** @param {Attachment} attachment */
  function remove(attachment) {
    const index = all.indexOf(attachment);
    files.remove(attachment);
    if (all.length === 1) return onEmpty();
    // The focus would get lost with the button.
    const tile = list.current?.children[index === 0 ? 1 : index - 1];
    const next = tile?.querySelector('.tile-remove');
    if (next instanceof HTMLElement) next.focus();
  }

  return html`<div class="tray">
    <ul ref=${list} aria-label=${t('attachments.chosen')}>
      ${all.map(
        (attachment) =>
          html`<${ChosenTile}
            key=${attachment.key}
            attachment=${attachment}
            onDescribe=${() => setDescribed(attachment)}
            onRemove=${() => remove(attachment)}
          />`,
      )}
    </ul>
    <${Announcement} all=${all} />
    <div role="alert">
      ${all.map((attachment) => html`<${Failure} key=${attachment.key} attachment=${attachment} />`)}
    </div>
    ${described && html`<${DescriptionDialog} attachment=${described} onClose=${() => setDescribed(null)} />`}
  </div>`;
}

/** @param {{ attachment: Attachment, onDescribe: () => void, onRemove: () => void }} props */
function ChosenTile({ attachment, onDescribe, onRemove }) {
  const { type, state, alt } = attachment;
  const name = shownName(attachment.name);
  const now = state.value;
  const isShown = /^(?:image|video)\//.test(type);
  const removal =
    now === 'uploading' ? t('attachments.cancel', { name }) : t('attachments.remove', { name });
  return html`<${Tile} attachment=${attachment}>
    ${
      now === 'failed' &&
      html`<button
        type="button"
        class="tile-retry"
        aria-label=${t('attachments.retryNamed', { name })}
        onClick=${() => attachment.upload()}
      >
        ${t('attachments.retry')}
      </button>`
    }
    ${
      isShown &&
      now !== 'failed' &&
      html`<button
        type="button"
        class="tile-describe"
        aria-haspopup="dialog"
        aria-label=${alt.value ? t('attachments.describedNamed', { name }) : t('attachments.describeNamed', { name })}
        onClick=${onDescribe}
      >
        ${alt.value && html`<${Icon} name="check" />`}
        ${alt.value ? t('attachments.described') : t('attachments.describe')}
      </button>`
    }
    <button
      type="button"
      class="tile-remove"
      aria-label=${removal}
      title=${removal}
      onClick=${onRemove}
    >
      <${Icon} name="close" />
    </button>
  <//>`;
}

/** Tells screen readers when uploads begin and when all have ended, and nothing in between. @param {{ all: readonly Attachment[] }} props */
function Announcement({ all }) {
  const [text, setText] = useState('');
  const states = all.map(({ state }) => state.value);
  const count = all.length;
  const isBusy = states.some((state) => state === 'waiting' || state === 'uploading');
  const isDone = count > 0 && states.every((state) => state === 'uploaded');
  // Later than the region itself, or it would not be announced.
  useEffect(() => {
    if (isBusy) setText(t('attachments.uploading', { count }));
    else setText(isDone ? t('attachments.uploaded', { count }) : '');
  }, [isBusy, isDone, count]);
  return html`<p class="visually-hidden" aria-live="polite">${text}</p>`;
}

/** @param {{ attachment: Attachment }} props */
function Failure({ attachment }) {
  const reason = reasonOf(attachment);
  if (reason === null) return null;
  return html`<p class="error">
    ${t('attachments.failedWhy', { name: shownName(attachment.name), reason })}
  </p>`;
}
