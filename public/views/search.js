// @ts-check
/** @import { SearchResult } from '../../src/protocol/resources.ts' */
import { useEffect, useRef, useState } from 'preact/hooks';
import { dayName } from '../i18n/format.js';
import { t, tParts } from '../i18n/translate.js';
import { currentRoom } from '../state/open-rooms.js';
import {
  goToRoom,
  messageHref,
  replaceRoute,
  roomHref,
  roomSearchHref,
  searchHref,
} from '../state/route.js';
import { knownRoom } from '../state/room-list.js';
import {
  found,
  moreResults,
  results,
  search,
  searchMore,
  searchState,
  watchResults,
} from '../state/search.js';
import { Avatar } from './avatar.js';
import { DateDialog } from './date-dialog.js';
import { html } from './html.js';
import { Icon } from './icons.js';
import { Time } from './text.js';

const PAUSE_MS = 250;

/**
 * Searches one room, or all that the user may read.
 *
 * @param {{ query: string, roomId: string | null }} props
 */
export function SearchPane({ query, roomId }) {
  const [text, setText] = useState(query);
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  const hrefOf = (/** @type {string} */ words) =>
    roomId ? roomSearchHref(roomId, words) : searchHref(words);
  useEffect(() => field.current?.focus(), [roomId]);
  useEffect(watchResults, []);
  useEffect(() => void search(query, roomId), [query, roomId]);
  useEffect(() => {
    if (text.trim() === query) return undefined;
    const timer = setTimeout(() => replaceRoute(hrefOf(text.trim())), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  /** @param {KeyboardEvent} event */
  const onKeyDown = (event) => {
    if (event.key === 'Escape' && roomId && text === '') replaceRoute(roomHref(roomId));
  };
  return html`<main class="room-pane search-pane">
    <header class="bar">
      <a
        class=${roomId ? 'quiet round' : 'quiet round only-when-alone'}
        href=${roomId ? roomHref(roomId) : '#/'}
        aria-label=${t(roomId ? 'common.backToRoom' : 'common.backToRooms')}
        ><${Icon} name="back"
      /></a>
      <h1 class="visually-hidden">${t('search.title')}</h1>
      <label class="search">
        <${Icon} name="search" />
        <span class="visually-hidden">${t('search.messages')}</span>
        <input
          ref=${field}
          type="search"
          placeholder=${t('search.messages')}
          autocomplete="off"
          maxlength="200"
          value=${text}
          onKeyDown=${onKeyDown}
          onInput=${(/** @type {{ currentTarget: HTMLInputElement }} */ { currentTarget }) => setText(currentTarget.value)}
        />
      </label>
    </header>
    ${roomId && html`<${RoomScope} roomId=${roomId} query=${text.trim()} />`}
    <div class="results" aria-busy=${searchState.value === 'loading'}>
      <ol class="message-column" aria-label=${t('search.results')}>
        ${results.value.map((result) => html`<${Result} key=${`${result.room.id} ${result.message.seq}`} result=${result} />`)}
      </ol>
      <${Outcome} />
    </div>
  </main>`;
}

/** Says which room is searched, and leads elsewhere. @param {{ roomId: string, query: string }} props */
function RoomScope({ roomId, query }) {
  const [dating, setDating] = useState(false);
  const openRoom = currentRoom.value;
  const name = knownRoom(roomId)?.name ?? openRoom?.room.value?.name ?? '…';
  return html`<div class="search-scope">
    <p>${tParts('search.inRoom', { room: html`<bdi>${name}</bdi>` })}</p>
    <a class="quiet" href=${searchHref(query)}>${t('search.everywhere')}</a>
    <button type="button" class="quiet" aria-haspopup="dialog" onClick=${() => setDating(true)}>
      <${Icon} name="calendar" /> ${t('jump.toDate')}
    </button>
    ${
      dating &&
      openRoom &&
      html`<${DateDialog}
        openRoom=${openRoom}
        onClose=${() => setDating(false)}
        onGone=${() => goToRoom(roomId)}
      />`
    }
  </div>`;
}

function Outcome() {
  const state = searchState.value;
  const none = results.value.length === 0;
  return html`<div class="beginning" aria-live="polite">
    ${state === 'idle' && html`<p class="hint">${t('search.hint')}</p>`}
    ${state === 'loading' && html`<span class="loader" role="img" aria-label=${t('search.searching')}></span>`}
    ${state === 'ready' && none && html`<p>${t('search.none')}</p>`}
    ${state === 'failed' && html`<p>${t('search.failed')}</p>`}
    ${
      (state === 'failed' || (state === 'ready' && moreResults.value)) &&
      html`<button type="button" class="quiet" onClick=${() => searchMore()}>
        ${state === 'failed' ? t('common.tryAgain') : t('search.more')}
      </button>`
    }
  </div>`;
}

/** @param {{ result: SearchResult }} props */
function Result({ result: { message, room, snippet } }) {
  const words = snippet.filter(({ match }) => match).map(({ text }) => text);
  return html`<li>
    <a
      class="result"
      href=${messageHref(room.id, message.seq)}
      onClick=${() => (found.value = { seq: message.seq, words })}
    >
      <${Avatar} user=${message.author} />
      <div>
        <p class="result-head">
          <bdi class="author">${message.author.name}</bdi>
          <span class="hint">
            ${tParts('search.where', {
              room: html`<bdi>${knownRoom(room.id)?.name ?? room.name}</bdi>`,
              day: dayName(message.createdAt),
              time: html`<${Time} at=${message.createdAt} />`,
            })}
          </span>
        </p>
        <p class="snippet" dir="auto">
          ${snippet.map(({ text, match }, i) => (match ? html`<mark key=${i}>${text}</mark>` : text))}
        </p>
      </div>
    </a>
  </li>`;
}
