// @ts-check
import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../i18n/translate.js';
import { replaceRoute, roomHref, roomSearchHref, route, searchHref } from '../state/route.js';
import { html } from './html.js';
import { Icon } from './icons.js';

const PAUSE_MS = 250;

/**
 * The field to search all messages with, or those of one room. Enter opens the results, which then follow what is
 * typed. It exists once: in the pane of the rooms, or above the results where that pane is hidden.
 *
 * @param {{ focused?: boolean }} props
 */
export function SearchBox({ focused = false }) {
  const { search: query, roomId } = route.value;
  const [text, setText] = useState(query ?? '');
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  /** The query that this field has asked for. */
  const asked = useRef(query);
  useEffect(() => {
    if (focused) field.current?.focus();
  }, []);
  // A link or the back button leads to another search, or out of it.
  useEffect(() => {
    if (query === asked.current) return;
    asked.current = query;
    setText(query ?? '');
  }, [query]);
  useEffect(() => {
    if (query === null || text.trim() === query) return undefined;
    const timer = setTimeout(() => ask((href) => replaceRoute(href)), PAUSE_MS);
    return () => clearTimeout(timer);
    // Somebody who has gone on by Enter or a link stays where they are.
  }, [text, query, roomId]);

  /** @param {(href: string) => void} go */
  function ask(go) {
    asked.current = field.current?.value.trim() ?? '';
    const isInRoom = query !== null && roomId !== null;
    go(isInRoom ? roomSearchHref(roomId, asked.current) : searchHref(asked.current));
  }

  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    if (event.key === 'Escape' && query !== null && roomId && text === '')
      return replaceRoute(roomHref(roomId));
    if (event.key !== 'Enter' || event.isComposing) return;
    event.preventDefault();
    ask((href) => {
      if (query === null) location.hash = href;
      else replaceRoute(href);
    });
  }

  return html`<label class="search">
    <${Icon} name="search" />
    <span class="visually-hidden">${t('search.messages')}</span>
    <input
      ref=${field}
      id="search-messages"
      type="search"
      placeholder=${t('search.messages')}
      autocomplete="off"
      enterkeyhint="search"
      maxlength="200"
      value=${text}
      onInput=${(/** @type {{ currentTarget: HTMLInputElement }} */ { currentTarget }) => setText(currentTarget.value)}
      onKeyDown=${onKeyDown}
    />
  </label>`;
}
