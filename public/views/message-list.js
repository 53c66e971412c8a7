// @ts-check
/** @import { OpenRoom } from '../state/open-room.js' */
/** @import { Chunk } from '../state/timeline.js' */
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../i18n/translate.js';
import { me } from '../state/session.js';
import { html } from './html.js';
import { Icon } from './icons.js';
import { HistoryEnd, HistoryStart } from './history.js';
import { PendingRow, TimelineRow } from './message.js';
import { onLogFocus, onLogKeyDown } from './message-keys.js';
import { anchorScroll } from './scroll-anchor.js';

/** @param {{ openRoom: OpenRoom }} props */
export function MessageList({ openRoom }) {
  const { history, readMarker } = openRoom;
  const view = useRef(/** @type {HTMLElement | null} */ (null));
  const content = useRef(/** @type {HTMLElement | null} */ (null));
  const anchor = useRef(/** @type {ReturnType<typeof anchorScroll> | null} */ (null));

  useLayoutEffect(() => {
    if (!view.current || !content.current) return undefined;
    readMarker.setAtBottom(true);
    const scrolling = anchorScroll(view.current, content.current, {
      onBottom: (atBottom) => readMarker.setAtBottom(atBottom),
      onNearTop: () => {
        // After a failure the reader decides to try again.
        if (history.older.peek() === 'ready') void history.loadOlder();
      },
    });
    anchor.current = scrolling;
    return () => scrolling.stop();
  }, [openRoom]);

  // A target is scrolled to once its row is there.
  const target = history.target.value;
  useLayoutEffect(() => {
    const row = target && content.current?.querySelector(`[data-seq="${target.seq}"]`);
    if (row) anchor.current?.show(row);
  }, [target]);
  useEffect(() => {
    if (readMarker.atBottom.value) readMarker.report();
  }, [readMarker.atBottom.value]);

  const { first, older, newer, isPast } = history;
  const loading = [first, older, newer].some(({ value }) => value === 'loading');
  const toBottom = () => anchor.current?.toBottom();
  return html`<div class="message-view" onKeyDown=${onLogKeyDown} onFocusIn=${onLogFocus}>
    <div
      class="messages"
      id="messages"
      ref=${view}
      role="log"
      aria-label=${t('history.messages')}
      aria-live=${loading ? 'off' : 'polite'}
      aria-busy=${loading}
      tabindex="0"
    >
      <div class="message-column" ref=${content}>
        <${HistoryStart} openRoom=${openRoom} />
        ${history.timeline.chunks.value.map((chunk) => html`<${ChunkRows} key=${chunk.id} chunk=${chunk} openRoom=${openRoom} />`)}
        ${isPast.value && html`<${HistoryEnd} history=${history} />`}
        <${PendingRows} openRoom=${openRoom} toBottom=${toBottom} />
      </div>
    </div>
    <${NewMessages} openRoom=${openRoom} toBottom=${toBottom} />
  </div>`;
}

/** @param {{ chunk: Chunk, openRoom: OpenRoom }} props */
function ChunkRows({ chunk, openRoom }) {
  return html`<div class="chunk">
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
          onDiscard=${() => openRoom.pending.remove(message.clientMsgId)}
        />`,
    )}
  </div>`;
}

/** @param {{ openRoom: OpenRoom, toBottom: () => void }} props */
function NewMessages({ openRoom: { history, readMarker }, toBottom }) {
  if (history.isPast.value) {
    const toPresent = async () => {
      await history.goToPresent();
      toBottom();
    };
    return html`<button type="button" class="new-messages" onClick=${toPresent}>
      ${t('history.toPresent')} <${Icon} name="down" />
    </button>`;
  }
  if (readMarker.atBottom.value) return null;
  const count = readMarker.unseen.value.size;
  return html`<button
    type="button"
    class="new-messages"
    data-count=${count}
    aria-label=${count ? undefined : t('history.toNewest')}
    onClick=${toBottom}
  >
    ${count > 0 && t('message.new', { count })}<${Icon} name="down" />
  </button>`;
}
