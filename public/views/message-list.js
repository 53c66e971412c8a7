// @ts-check
/** @import { OpenRoom } from '../state/open-room.js' */
/** @import { Chunk } from '../state/timeline.js' */
import { batch } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { me } from '../state/session.js';
import { html } from './html.js';
import { Icon, Logo } from './icons.js';
import { anchorScroll } from './scroll-anchor.js';
import { PendingRow, TimelineRow } from './message.js';
import { counted } from './text.js';

/** @param {{ openRoom: OpenRoom }} props */
export function MessageList({ openRoom }) {
  const view = useRef(/** @type {HTMLElement | null} */ (null));
  const content = useRef(/** @type {HTMLElement | null} */ (null));
  const place = useRef(/** @type {ReturnType<typeof anchorScroll> | null} */ (null));

  useLayoutEffect(() => {
    if (!view.current || !content.current) return undefined;
    setAtBottom(openRoom, true);
    const keeper = anchorScroll(view.current, content.current, {
      onBottom: (atBottom) => setAtBottom(openRoom, atBottom),
      onNearTop: () => {
        // A page that failed waits for the reader to ask again.
        if (openRoom.older.peek() === 'ready') void openRoom.loadOlder();
      },
    });
    place.current = keeper;
    return () => keeper.stop();
  }, [openRoom]);

  // A message that is to be shown is scrolled to once it is there.
  const target = openRoom.target.value;
  useLayoutEffect(() => {
    const row = target && content.current?.querySelector(`[data-seq="${target.seq}"]`);
    if (row) place.current?.show(row);
  }, [target]);
  useEffect(() => {
    if (openRoom.atBottom.value) openRoom.noteRead();
  }, [openRoom.atBottom.value]);

  const { history, older, newer, past } = openRoom;
  const loading = [history, older, newer].some(({ value }) => value === 'loading');
  return html`<div class="message-view">
    <div
      class="messages"
      ref=${view}
      role="log"
      aria-label="Messages"
      aria-live=${loading ? 'off' : 'polite'}
      aria-busy=${loading}
      tabindex="0"
    >
      <div class="message-column" ref=${content}>
        <${Beginning} openRoom=${openRoom} />
        ${openRoom.timeline.chunks.value.map((chunk) => html`<${ChunkRows} key=${chunk.id} chunk=${chunk} openRoom=${openRoom} />`)}
        ${past.value && html`<${Later} openRoom=${openRoom} />`}
        <${PendingRows} openRoom=${openRoom} toBottom=${() => place.current?.toBottom()} />
      </div>
    </div>
    <${NewMessages} openRoom=${openRoom} toBottom=${() => place.current?.toBottom()} />
  </div>`;
}

/**
 * What stands below the last row of an older part of the history: the way on.
 *
 * @param {{ openRoom: OpenRoom }} props
 */
function Later({ openRoom }) {
  const end = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    if (!end.current) return undefined;
    const observer = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting && openRoom.newer.peek() === 'ready') void openRoom.loadNewer();
    });
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [openRoom, openRoom.timeline.last]);
  return html`<div class="later" ref=${end}>
    ${
      openRoom.newer.value === 'failed'
        ? html`<button type="button" class="quiet" onClick=${() => openRoom.loadNewer()}>
            Later messages could not be loaded. Try again
          </button>`
        : html`<span class="loader" role="img" aria-label="Loading messages"></span>`
    }
  </div>`;
}

/**
 * What stands above the first row: that there is more, that it is on its way, or that this is where
 * the room begins.
 *
 * @param {{ openRoom: OpenRoom }} props
 */
function Beginning({ openRoom }) {
  const { history, older, hasOlder, timeline, room } = openRoom;
  if (openRoom.closedReason.value && history.value !== 'ready') return null;
  if (history.value === 'failed') {
    return html`<${Retry}
      text="The messages could not be loaded."
      retry=${() => openRoom.loadNewest()}
    />`;
  }
  if (older.value === 'failed') {
    return html`<${Retry}
      text="Earlier messages could not be loaded."
      retry=${() => openRoom.loadOlder()}
    />`;
  }
  if (history.value === 'loading' || hasOlder.value) {
    return html`<div class="beginning">
      <span class="loader" role="img" aria-label="Loading messages"></span>
    </div>`;
  }
  const empty = !timeline.last && openRoom.pending.value.length === 0;
  return html`<div class="beginning" data-empty=${empty}>
    <${Logo} />
    <p class="beginning-title">
      ${room.value?.kind === 'direct' ? 'This is the beginning of what you and ' : 'This is the beginning of '}<bdi>${room.value?.name}</bdi>${room.value?.kind === 'direct' && ' have said'}
    </p>
    <p class="hint" dir="auto">
      ${room.value?.topic || (empty && room.value?.kind !== 'direct' && 'Say something. Whoever joins later can read it too.')}
    </p>
  </div>`;
}

/** @param {{ text: string, retry: () => void }} props */
function Retry({ text, retry }) {
  return html`<div class="beginning" role="alert">
    <p>${text}</p>
    <button type="button" class="quiet" onClick=${retry}>Try again</button>
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
  const pending = openRoom.pending.value;
  const newest = pending.at(-1)?.clientMsgId;
  const last = openRoom.timeline.last;
  const continued = last && 'message' in last && last.message.value.author.id === me.value?.id;
  // Whoever writes wants to see it, wherever they were reading.
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
          onDiscard=${() => openRoom.discard(message)}
        />`,
    )}
  </div>`;
}

/** @param {{ openRoom: OpenRoom, toBottom: () => void }} props */
function NewMessages({ openRoom, toBottom }) {
  if (openRoom.past.value) {
    const toPresent = async () => {
      await openRoom.goToPresent();
      toBottom();
    };
    return html`<button type="button" class="new-messages" onClick=${toPresent}>
      To the newest messages <${Icon} name="down" />
    </button>`;
  }
  if (openRoom.atBottom.value) return null;
  const count = openRoom.unseen.value.size;
  return html`<button
    type="button"
    class="new-messages"
    data-count=${count}
    aria-label=${count ? undefined : 'To the newest message'}
    onClick=${toBottom}
  >
    ${count > 0 && counted(count, 'new message')}<${Icon} name="down" />
  </button>`;
}

/**
 * @param {OpenRoom} openRoom
 * @param {boolean} atBottom
 */
function setAtBottom({ atBottom: signal, unseen }, atBottom) {
  batch(() => {
    signal.value = atBottom;
    if (atBottom && unseen.value.size > 0) unseen.value = new Set();
  });
}
