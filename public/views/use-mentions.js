// @ts-check
/** @import { RefObject } from 'preact' */
/** @import { User } from '../../src/protocol/resources.ts' */
/** @import { OpenRoom } from '../state/open-room.js' */
/** @import { Completion } from './completion-list.js' */
import { useRef } from 'preact/hooks';
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
 * @returns {Completion}
 */
export function useMentions(field, openRoom) {
  const [people, setPeople] = usePeople();
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

  /**
   * @param {HTMLTextAreaElement} area
   * @param {number} index
   */
  function pick(area, index) {
    const name = people[index]?.name ?? '';
    const start = typing.current?.start ?? 0;
    area.setRangeText(`${name} `, start + 1, area.selectionStart, 'end');
    picked.current = { start, name };
  }

  return {
    label: t('composer.mentions'),
    options: people.map((person) => ({
      key: person.id,
      content: html`<${Avatar} user=${person} />
        <bdi>${person.name}</bdi>
        ${person.id === me.value?.id && html`<span class="remark">${t('common.you')}</span>`}`,
    })),
    update() {
      update();
      return false;
    },
    pick,
    dismiss: close,
  };
}
