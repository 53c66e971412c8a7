// @ts-check
/** @import { SearchResult } from '../../src/protocol/search.ts' */
import { useEffect, useState } from 'preact/hooks';
import { summaryOf } from '../i18n/file-texts.js';
import { dayName } from '../i18n/format.js';
import { t, tParts } from '../i18n/translate.js';
import { currentRoom } from '../state/open-rooms.js';
import { goToRoom, messageHref, roomHref, searchHref } from '../state/route.js';
import { personById } from '../state/people.js';
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
import { AuthorName } from './author-name.js';
import { Avatar } from './avatar.js';
import { DateDialog } from './date-dialog.js';
import { html } from './html.js';
import { Icon } from './icons.js';
import { isNarrow } from './narrow.js';
import { RoomsButton } from './rooms-button.js';
import { SearchBox } from './search-box.js';
import { Skeleton } from './skeleton.js';
import { Time } from './text.js';

/**
 * Searches one room, or all that the user may read.
 *
 * @param {{ query: string, roomId: string | null }} props
 */
export function SearchPane({ query, roomId }) {
  useEffect(watchResults, []);
  useEffect(() => void search(query, roomId), [query, roomId]);
  useEffect(() => {
    if (roomId) document.getElementById('search-messages')?.focus();
  }, [roomId]);
  return html`<main class="room-pane search-pane">
    <header class="bar">
      ${
        roomId
          ? html`<a
              class="quiet round"
              href=${roomHref(roomId)}
              aria-label=${t('common.backToRoom')}
              title=${t('common.backToRoom')}
              ><${Icon} name="back"
            /></a>`
          : html`<${RoomsButton} />`
      }
      <h1 class=${isNarrow.value ? 'visually-hidden' : ''}>${t('search.title')}</h1>
      ${isNarrow.value && html`<${SearchBox} focused />`}
    </header>
    ${roomId && html`<${RoomScope} roomId=${roomId} query=${query} />`}
    <div class="results" aria-busy=${searchState.value === 'loading'}>
      <ol class="message-column" aria-label=${t('search.results')}>
        ${results.value.map((result) => html`<${Result} key=${`${result.room.id} ${result.message.seq}`} result=${result} />`)}
      </ol>
      <div class="message-column">
        <${Outcome} />
        ${
          searchState.value === 'ready' &&
          moreResults.value &&
          html`<button type="button" class="secondary more" onClick=${() => searchMore()}>
            ${t('search.more')}
          </button>`
        }
      </div>
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
  return html`<div aria-live="polite">
    ${state === 'loading' && html`<${Skeleton} kind="results" rows=${4} label=${t('search.searching')} />`}
    ${
      state === 'idle' &&
      html`<${Notice} icon="search" title=${t('search.title')} text=${t('search.hint')} />`
    }
    ${
      state === 'ready' &&
      none &&
      html`<${Notice} icon="search" title=${t('search.none')} text=${t('search.noneHint')} />`
    }
    ${
      state === 'failed' &&
      html`<div class="failed">
        <${Icon} name="warning" />
        <p>${t('search.failed')}</p>
        <button type="button" class="secondary" onClick=${() => searchMore()}>
          ${t('common.tryAgain')}
        </button>
      </div>`
    }
    ${
      state === 'ready' &&
      !none &&
      html`<p class="visually-hidden">${t('search.found', { count: results.value.length })}</p>`
    }
  </div>`;
}

/** @param {{ icon: string, title: string, text: string }} props */
function Notice({ icon, title, text }) {
  return html`<div class="beginning" data-empty="true">
    <span class="emblem"><${Icon} name=${icon} /></span>
    <p class="beginning-title">${title}</p>
    <p class="hint">${text}</p>
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
        <div class="result-head">
          <${AuthorName}
            author=${message.author}
            isBot=${personById(message.author.id)?.isBot ?? false}
          />
          <span class="hint">
            ${tParts('search.where', {
              room: html`<bdi>${knownRoom(room.id)?.name ?? room.name}</bdi>`,
              day: dayName(message.createdAt),
              time: html`<${Time} at=${message.createdAt} />`,
            })}
          </span>
        </div>
        <p class="snippet" dir="auto">
          ${snippet.map(({ text, match }, i) => (match ? html`<mark key=${i}>${text}</mark>` : text))}
        </p>
        ${message.files.length > 0 && html`<p class="found-files"><${Icon} name="file" /> ${summaryOf(message.files)}</p>`}
      </div>
    </a>
  </li>`;
}
