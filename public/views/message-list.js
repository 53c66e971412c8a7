// @ts-check
/** @import { OpenRoom } from '../state/open-room.js' */
/** @import { Chunk } from '../state/timeline.js' */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { t } from '../i18n/translate.js';
import { me } from '../state/session.js';
import { clearFound, markFound } from './found-text.js';
import { viewed } from './files/viewed.js';
import { html } from './html.js';
import { HistoryEnd, HistoryStart } from './history.js';
import { JumpState, NewMessages, ToDate, ToUnread } from './jumps.js';
import { FileViewer } from './lazy-views.js';
import { PendingRow, TimelineRow } from './message.js';
import { onLogFocus, onLogKeyDown } from './message-keys.js';
import { anchorScroll } from './scroll-anchor.js';

/** After pages were loaded, their rows are not news: screen readers announce only what arrives this much later. */
const QUIET_MS = 1_000;

/** @param {{ openRoom: OpenRoom }} props */
export function MessageList({ openRoom }) {
  const { history, readMarker } = openRoom;
  const view = useRef(/** @type {HTMLElement | null} */ (null));
  const content = useRef(/** @type {HTMLElement | null} */ (null));
  const anchor = useRef(/** @type {ReturnType<typeof anchorScroll> | null} */ (null));

  useLayoutEffect(() => {
    if (!view.current || !content.current) return undefined;
    const scrolling = followReader(openRoom, view.current, content.current);
    anchor.current = scrolling;
    return () => scrolling.stop();
  }, [openRoom]);

  // A target is scrolled to once its row is there.
  const target = history.target.value;
  useLayoutEffect(() => {
    if (!target || target === history.reader.reached) return;
    history.reader.reached = target;
    clearFound();
    if (target.seq === null) return anchor.current?.toBottom();
    const row = content.current?.querySelector(`[data-seq="${target.seq}"]`);
    if (!row) return;
    anchor.current?.show(row);
    markFound(row, target.seq);
  }, [target]);
  useEffect(() => {
    if (readMarker.atBottom.value) readMarker.report();
  }, [readMarker.atBottom.value]);

  const { first, jump, older, newer, isPast } = history;
  const loading = [first, jump, older, newer].some(({ value }) => value === 'loading');
  const isQuiet = useQuiet(loading);
  return html`<div class="message-view" onKeyDown=${onLogKeyDown} onFocusIn=${onLogFocus}>
    <div class="jumps">
      <${ToUnread} openRoom=${openRoom} />
      <${ToDate} openRoom=${openRoom} />
      <${JumpState} history=${history} />
    </div>
    <div
      class="messages"
      id="messages"
      ref=${view}
      role="log"
      aria-label=${t('history.messages')}
      aria-live=${isQuiet ? 'off' : 'polite'}
      aria-busy=${loading}
      tabindex="0"
      onKeyDown=${(/** @type {KeyboardEvent} */ event) => onEndKey(event, openRoom)}
    >
      <div class="message-column" ref=${content}>
        <${HistoryStart} openRoom=${openRoom} />
        ${history.timeline.chunks.value.map((chunk) => html`<${ChunkRows} key=${chunk.id} chunk=${chunk} openRoom=${openRoom} />`)}
        ${isPast.value && html`<${HistoryEnd} history=${history} />`}
        <${PendingRows} openRoom=${openRoom} toBottom=${() => anchor.current?.toBottom()} />
      </div>
    </div>
    <${NewMessages} openRoom=${openRoom} />
    <${ViewerOf} openRoom=${openRoom} />
  </div>`;
}

/** Apart from the list, which would render all rows again for it. @param {{ openRoom: OpenRoom }} props */
function ViewerOf({ openRoom }) {
  useEffect(() => () => void (viewed.value = null), [openRoom]);
  const shown = viewed.value;
  if (shown?.openRoom !== openRoom) return null;
  return html`<${FileViewer} openRoom=${openRoom} fileId=${shown.fileId} />`;
}

/**
 * Tells the room where its reader is, and loads what they come near to.
 *
 * @param {OpenRoom} openRoom
 * @param {HTMLElement} view
 * @param {HTMLElement} content
 */
function followReader({ history, readMarker }, view, content) {
  const scrolling = anchorScroll(view, content, {
    isPresent: () => !history.isPast.peek(),
    onMove(atBottom) {
      readMarker.setAtBottom(atBottom);
      const { hasOlder, reader, timeline } = history;
      reader.day.value = atBottom ? null : (timeline.dateOf(scrolling.firstSeq()) ?? null);
      if (readMarker.missed.peek())
        readMarker.inSight(scrolling.firstSeq(), hasOlder.peek() ? timeline.loaded.oldest : 0);
    },
    // After a failure the reader decides to try again.
    onNearTop: () => void (history.older.peek() === 'ready' && history.loadOlder()),
    onNearEnd: () => void (history.newer.peek() === 'ready' && history.loadNewer()),
  });
  if (history.reader.left) scrolling.restore(history.reader.left);
  else scrolling.toBottom();
  // A row with an open menu or dialog stays, whatever else is loaded.
  const held = () => {
    const row = content.querySelector('dialog, [popover]')?.closest('.row');
    return row instanceof HTMLElement ? Number(row.dataset['seq'] ?? Infinity) : null;
  };
  history.reader.seq = () => held() ?? scrolling.place()?.seq ?? Infinity;
  return {
    ...scrolling,
    stop() {
      const place = scrolling.place();
      history.reader.left = place;
      history.reader.seq = () => place?.seq ?? Infinity;
      // Whatever comes now is not seen.
      readMarker.setAtBottom(false);
      scrolling.stop();
    },
  };
}

/**
 * Home and End go to the room's first and newest message, loaded or not.
 *
 * @param {KeyboardEvent} event
 * @param {OpenRoom} openRoom
 */
function onEndKey(event, { history }) {
  const { key, target, currentTarget } = event;
  const isOnRow = target instanceof Element && target.matches('.message');
  if ((target !== currentTarget && !isOnRow) || (key !== 'Home' && key !== 'End')) return;
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (key === 'Home' && !history.hasOlder.peek()) return;
  event.preventDefault();
  void (key === 'Home' ? history.goToStart() : history.goToPresent());
}

/** @param {{ chunk: Chunk, openRoom: OpenRoom }} props */
function ChunkRows({ chunk, openRoom }) {
  const rows = useRef(/** @type {HTMLElement | null} */ (null));
  // Rows far from the reader are dropped; the focus must not get lost with them.
  useLayoutEffect(
    () => () => {
      const log = rows.current?.closest('.messages');
      if (log instanceof HTMLElement && rows.current?.contains(document.activeElement))
        log.focus({ preventScroll: true });
    },
    [],
  );
  return html`<div class="chunk" ref=${rows}>
    ${chunk.rows.value.map((row) => html`<${TimelineRow} key=${row.seq} row=${row} openRoom=${openRoom} />`)}
  </div>`;
}

/** @param {{ openRoom: OpenRoom, toBottom: () => void }} props */
function PendingRows({ openRoom, toBottom }) {
  const pending = openRoom.pending.all.value;
  const newest = pending.at(-1)?.clientMsgId;
  const { last } = openRoom.history.timeline;
  const continued = last && 'message' in last && last.message.value.author.id === me.value?.id;
  // Writers want to see what they send, wherever they were reading.
  useLayoutEffect(() => {
    if (newest) toBottom();
  }, [newest]);
  return html`<div>
    ${pending.map(
      (message, index) =>
        html`<${PendingRow}
          key=${message.clientMsgId}
          message=${message}
          lead=${index === 0 && !continued}
          openRoom=${openRoom}
          onRetry=${() => openRoom.retry(message)}
          onDiscard=${() => openRoom.pending.discard(message.clientMsgId)}
        />`,
    )}
  </div>`;
}

/**
 * Whether the list changes only by what was loaded: true while pages are under way, and shortly after.
 *
 * @param {boolean} loading
 */
function useQuiet(loading) {
  const [quiet, setQuiet] = useState(true);
  useEffect(() => {
    if (loading) return setQuiet(true);
    const timer = setTimeout(() => setQuiet(false), QUIET_MS);
    return () => clearTimeout(timer);
  }, [loading]);
  return quiet || loading;
}
