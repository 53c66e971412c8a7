// @ts-check
/** @import { FileInfo, Message } from '../../../src/protocol/resources.ts' */
/** @import { OpenRoom } from '../../state/open-room.js' */
/** @import { Timeline } from '../../state/timeline.js' */
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { altOf, shortName } from '../../i18n/file-texts.js';
import { dayName, timeOfDay } from '../../i18n/format.js';
import { t, tParts } from '../../i18n/translate.js';
import { isPicture, shownName } from '../../shared/files.js';
import { html } from '../html.js';
import { Icon } from '../icons.js';
import { Problem, useAction } from '../use-action.js';
import { download } from './download.js';
import { sizeOf } from './layout.js';
import { useZoom } from './use-zoom.js';
import { viewed } from './viewed.js';
import { ViewedPicture } from './viewed-picture.js';
import { WHOLE } from './zoom.js';

/** How far an arrow key moves an enlarged picture, in CSS pixels. */
const PAN_PX = 80;

/**
 * The pictures of a room that are loaded, in order, one at a time on the whole screen.
 *
 * @param {{ openRoom: OpenRoom, fileId: string }} props
 */
export function FileViewer({ openRoom, fileId }) {
  const pictures = picturesIn(openRoom.history.timeline);
  const found = pictures.findIndex(({ file }) => file.id === fileId);
  const lastAt = useRef(found);
  // Where the picture is gone with its message, the one that takes its place is next.
  const at = found >= 0 ? found : Math.min(lastAt.current, pictures.length - 1);
  lastAt.current = at;
  const current = pictures[at];
  const close = () => (viewed.value = null);
  useEffect(() => {
    if (!current) close();
    else if (current.file.id !== fileId) viewed.value = { openRoom, fileId: current.file.id };
  }, [current?.file.id]);
  if (!current) return null;
  const show = (/** @type {number} */ index) => {
    const next = pictures[index];
    if (next) viewed.value = { openRoom, fileId: next.file.id };
  };
  return html`<${Viewer}
    file=${current.file}
    message=${current.message}
    at=${at}
    neighbours=${[pictures[at - 1], pictures[at + 1]]}
    count=${pictures.length}
    show=${show}
    close=${close}
  />`;
}

/** @param {Timeline} timeline */
const picturesIn = ({ chunks }) =>
  chunks.value
    .flatMap(({ rows }) => rows.value)
    .flatMap((row) => {
      if (!('message' in row)) return [];
      const message = row.message.value;
      return message.files.filter(isPicture).map((file) => ({ file, message }));
    });

/**
 * @param {{ file: FileInfo, message: Message, at: number, count: number, show: (at: number) => void,
 *   neighbours: ({ file: FileInfo, message: Message } | undefined)[], close: () => void }} props
 */
function Viewer({ file, message, at, count, neighbours, show, close }) {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const stage = useRef(/** @type {HTMLElement | null} */ (null));
  const { problem, run } = useAction();
  const size = sizeOf(file);
  const step = (/** @type {1 | -1} */ by) => show(at + by);
  const zoom = useZoom(stage, size, { key: file.id, onSwipe: step, onPressBeside: close });
  const { view } = zoom;
  const isGone = useRef(false);
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    element?.focus();
    return () => {
      isGone.current = true;
      // Closed first, since it then returns the focus to the picture in the message.
      element?.close();
      setTimeout(focusSomething);
    };
  }, []);
  const place = { roomId: message.roomId, seq: message.seq, fileId: file.id };
  const save = () => run(() => download(file, place));

  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = keys()[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  /** @returns {Record<string, () => void>} what each key does */
  function keys() {
    const isWhole = view.scale === WHOLE.scale;
    const pan = (/** @type {number} */ x, /** @type {number} */ y) => () =>
      zoom.pan({ x: x * PAN_PX, y: y * PAN_PX });
    const arrows = {
      ArrowLeft: pan(1, 0),
      ArrowRight: pan(-1, 0),
      ArrowUp: pan(0, 1),
      ArrowDown: pan(0, -1),
    };
    return {
      ...(isWhole ? { ArrowLeft: () => step(-1), ArrowRight: () => step(1) } : arrows),
      PageUp: () => step(-1),
      PageDown: () => step(1),
      Home: () => show(0),
      End: () => show(count - 1),
      '+': zoom.zoomIn,
      '=': zoom.zoomIn,
      '-': zoom.zoomOut,
      _: zoom.zoomOut,
      0: zoom.reset,
    };
  }

  const name = html`<bdi title=${shownName(file.name)}>${shortName(file.name)}</bdi>`;
  return html`<dialog
    class="viewer"
    ref=${dialog}
    tabindex="-1"
    aria-label=${t('viewer.label')}
    onClose=${() => isGone.current || close()}
    onKeyDown=${onKeyDown}
  >
    <header class="viewer-bar">
      <div class="viewer-title">
        <p>${name}</p>
        <p class="viewer-from">
          ${tParts('viewer.from', {
            name: html`<bdi>${message.author.name}</bdi>`,
            day: dayName(message.createdAt),
            time: timeOfDay(new Date(message.createdAt)),
          })}
        </p>
      </div>
      <${Button}
        label=${t('viewer.zoomOut')}
        icon="minus"
        off=${view.scale <= 1}
        onClick=${zoom.zoomOut}
      />
      <${Button}
        label=${t('viewer.zoomIn')}
        icon="plus"
        off=${view.scale >= zoom.frame.most}
        onClick=${zoom.zoomIn}
      />
      <${Button} label=${t('file.downloadShort')} icon="download" onClick=${save} />
      <${Button} label=${t('common.close')} icon="close" onClick=${close} />
    </header>
    <div class="viewer-stage" ref=${stage} data-zoomed=${view.scale > 1} ...${zoom.handlers}>
      <${ViewedPicture}
        key=${file.id}
        file=${file}
        place=${place}
        zoom=${zoom}
        neighbours=${neighbours}
      />
    </div>
    ${
      count > 1 &&
      html`<${Button}
          label=${t('viewer.previous')}
          icon="back"
          off=${at === 0}
          onClick=${() => step(-1)}
        />
        <${Button}
          label=${t('viewer.next')}
          icon="next"
          off=${at === count - 1}
          onClick=${() => step(1)}
        />`
    }
    <footer class="viewer-foot">
      <${Problem} text=${problem} />
      ${file.alt && html`<p class="viewer-alt" dir="auto">${file.alt}</p>`}
      <p class="viewer-position" aria-live="polite">
        <span class="visually-hidden">${altOf(file)}, </span>
        ${t('viewer.position', { at: at + 1, count })}
      </p>
    </footer>
  </dialog>`;
}

/** The picture that had the focus may be gone. */
function focusSomething() {
  if (document.activeElement === document.body)
    document.getElementById('messages')?.focus({ preventScroll: true });
}

/**
 * A button that stays focusable where it can do nothing: the focus would be lost at the last picture.
 *
 * @param {{ label: string, icon: string, off?: boolean, onClick: () => void }} props
 */
function Button({ label, icon, off = false, onClick }) {
  return html`<button
    type="button"
    class=${`round viewer-${icon}`}
    aria-label=${label}
    title=${label}
    aria-disabled=${off}
    onClick=${() => off || onClick()}
  >
    <${Icon} name=${icon} />
  </button>`;
}
