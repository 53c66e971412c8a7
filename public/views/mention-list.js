// @ts-check
/** @import { RefObject } from 'preact' */
/** @import { User } from '../../src/protocol/resources.ts' */
/** @import { OpenRoom } from '../state/open-room.js' */
import { useRef, useState } from 'preact/hooks';
import { t } from '../i18n/translate.js';
import { mentionAt } from '../shared/mentions.js';
import { nameBegins, partKey } from '../shared/name-key.js';
import { findPeople, MAX_FOUND } from '../state/people.js';
import { me } from '../state/session.js';
import { Avatar } from './avatar.js';
import { usePeople } from './use-people.js';
import { html } from './html.js';

const MAX_SHOWN = 6;
const PAUSE_MS = 150;

/**
 * A search on the server while one mention is being typed; `found` is null until it has responded.
 *
 * @typedef {{ key: string, found: User[] | null }} NameSearch
 */

/**
 * Completes `@na` to a name while it is typed: names of the room at once, in a public room also those that
 * the server finds. The search ends once no name begins with what is typed, so the words that follow a mention
 * cause none.
 *
 * @param {RefObject<HTMLTextAreaElement | null>} field
 * @param {OpenRoom} openRoom
 * @param {() => void} onChange called when a name was inserted
 */
export function useMentions(field, openRoom, onChange) {
  const [people, setPeople] = usePeople();
  const [chosen, setChosen] = useState(0);
  const timer = useRef(/** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined));
  const typing = useRef(/** @type {ReturnType<typeof mentionAt>} */ (null));
  /** The name that was inserted last, and the offset of its `@`. */
  const picked = useRef({ start: -1, name: '' });
  const lastSearch = useRef(/** @type {NameSearch | null} */ (null));

  function close() {
    typing.current = lastSearch.current = null;
    clearTimeout(timer.current);
    setPeople([]);
  }

  /** Updates the list for the text before the caret. */
  function update() {
    const area = field.current;
    const mention = area ? mentionAt(area.value, area.selectionStart) : null;
    if (!mention || isBehindPicked(mention)) return close();
    picked.current = { start: -1, name: '' };
    typing.current = mention;
    const { typed } = mention;
    const known = new Map(
      [...openRoom.roster.all.peek(), ...(lastSearch.current?.found ?? [])]
        .filter(({ name }) => nameBegins(name, typed))
        .map((person) => [person.id, person]),
    );
    setChosen(0);
    setPeople([...known.values()].slice(0, MAX_SHOWN));
    clearTimeout(timer.current);
    if (known.size > 0 || typed === '' || openRoom.room.peek()?.kind !== 'public') return;
    if (!isSearched(typed)) timer.current = setTimeout(() => void searchServer(typed), PAUSE_MS);
  }

  /**
   * Whether the writer continues after a name that was inserted.
   *
   * @param {{ start: number, typed: string }} mention
   */
  function isBehindPicked({ start, typed }) {
    return start === picked.current.start && typed.startsWith(`${picked.current.name} `);
  }

  /**
   * Whether a search has found all names that begin like this, or is about to.
   *
   * @param {string} typed
   */
  function isSearched(typed) {
    const search = lastSearch.current;
    if (!search || !partKey(typed).startsWith(search.key)) return false;
    return search.found === null || search.found.length < MAX_FOUND;
  }

  /** @param {string} typed */
  async function searchServer(typed) {
    /** @type {NameSearch} */
    const search = { key: partKey(typed), found: null };
    lastSearch.current = search;
    search.found = await findPeople(typed).catch(() => []);
    if (lastSearch.current === search) update();
  }

  /** @param {User} person */
  function pick(person) {
    const area = field.current;
    if (!area) return;
    const start = typing.current?.start ?? 0;
    area.setRangeText(`${person.name} `, start + 1, area.selectionStart, 'end');
    picked.current = { start, name: person.name };
    close();
    onChange();
    area.focus();
  }

  /**
   * @param {KeyboardEvent} event
   * @returns {boolean} whether the key was for the list
   */
  function onKeyDown(event) {
    const person = people[chosen];
    if (!person) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setChosen((chosen + step + people.length) % people.length);
    else if (event.key === 'Enter' || event.key === 'Tab') pick(person);
    else if (event.key === 'Escape') close();
    else return false;
    event.preventDefault();
    return true;
  }

  return { people, chosen, update, pick, onKeyDown };
}

/** @param {{ mentions: ReturnType<typeof useMentions> }} props */
export function MentionList({ mentions: { people, chosen, pick } }) {
  if (people.length === 0) return null;
  return html`<ul
    class="mention-list"
    id="mention-list"
    role="listbox"
    aria-label=${t('composer.mentions')}
  >
    ${people.map(
      (person, index) =>
        html`<li
          key=${person.id}
          id=${`mention-${index}`}
          role="option"
          aria-selected=${index === chosen}
          onMouseDown=${(/** @type {MouseEvent} */ event) => {
            event.preventDefault();
            pick(person);
          }}
        >
          <${Avatar} user=${person} /> <bdi>${person.name}</bdi>
          ${person.id === me.value?.id && html`<span class="remark">${t('common.you')}</span>`}
        </li>`,
    )}
  </ul>`;
}
