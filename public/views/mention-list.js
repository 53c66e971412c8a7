// @ts-check
/** @import { RefObject } from 'preact' */
/** @import { User } from '../../src/protocol/resources.ts' */
/** @import { OpenRoom } from '../state/open-room.js' */
import { useRef, useState } from 'preact/hooks';
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
 * What the server is asked for while one mention is being typed; `found` is null until it has answered.
 *
 * @typedef {{ key: string, found: User[] | null }} Question
 */

/**
 * Completes `@na` to a name while it is being written: those of the room at once, others of a public
 * room as the server finds them. The server is asked only as long as somebody may have a name that begins as
 * what is typed, not for every word that follows a mention.
 *
 * @param {RefObject<HTMLTextAreaElement | null>} field
 * @param {OpenRoom} openRoom
 * @param {() => void} onChange called when a name was put in
 */
export function useMentions(field, openRoom, onChange) {
  const [people, setPeople] = usePeople();
  const [chosen, setChosen] = useState(0);
  const timer = useRef(/** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined));
  const typing = useRef(/** @type {ReturnType<typeof mentionAt>} */ (null));
  /** The name that was put in last, and where its `@` stands. */
  const picked = useRef({ start: -1, name: '' });
  const asked = useRef(/** @type {Question | null} */ (null));

  function close() {
    typing.current = asked.current = null;
    clearTimeout(timer.current);
    setPeople([]);
  }

  /** Looks at what stands before the caret. */
  function look() {
    const area = field.current;
    const mention = area ? mentionAt(area.value, area.selectionStart) : null;
    if (!mention || isBehindPicked(mention)) return close();
    picked.current = { start: -1, name: '' };
    typing.current = mention;
    const { typed } = mention;
    const known = new Map(
      [...openRoom.roster.all.peek(), ...(asked.current?.found ?? [])]
        .filter(({ name }) => nameBegins(name, typed))
        .map((person) => [person.id, person]),
    );
    setChosen(0);
    setPeople([...known.values()].slice(0, MAX_SHOWN));
    clearTimeout(timer.current);
    if (known.size > 0 || typed === '' || openRoom.room.peek()?.kind !== 'public') return;
    if (!isAnswered(typed)) timer.current = setTimeout(() => void ask(typed), PAUSE_MS);
  }

  /**
   * Whether one goes on writing behind a name that was put in.
   *
   * @param {{ start: number, typed: string }} mention
   */
  function isBehindPicked({ start, typed }) {
    return start === picked.current.start && typed.startsWith(`${picked.current.name} `);
  }

  /**
   * Whether the server was asked for all names that begin so, and has answered or is about to.
   *
   * @param {string} typed
   */
  function isAnswered(typed) {
    const question = asked.current;
    if (!question || !partKey(typed).startsWith(question.key)) return false;
    return question.found === null || question.found.length < MAX_FOUND;
  }

  /** @param {string} typed */
  async function ask(typed) {
    /** @type {Question} */
    const question = { key: partKey(typed), found: null };
    asked.current = question;
    question.found = await findPeople(typed).catch(() => []);
    if (asked.current === question) look();
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

  return { people, chosen, look, pick, onKeyDown };
}

/** @param {{ mentions: ReturnType<typeof useMentions> }} props */
export function MentionList({ mentions: { people, chosen, pick } }) {
  if (people.length === 0) return null;
  return html`<ul
    class="mention-list"
    id="mention-list"
    role="listbox"
    aria-label="People to mention"
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
          ${person.id === me.value?.id && html`<span class="remark">you</span>`}
        </li>`,
    )}
  </ul>`;
}
