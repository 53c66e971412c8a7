// @ts-check
/** @import { RefObject } from 'preact' */
/** @import { User } from '../chat-client.js' */
/** @import { Conversation } from '../state/conversation.js' */
import { useRef, useState } from 'preact/hooks';
import { findPeople } from '../state/people.js';
import { me } from '../state/session.js';
import { Avatar } from './avatar.js';
import { usePeople } from './follow-people.js';
import { html } from './html.js';

const MAX_SHOWN = 6;
const PAUSE_MS = 150;

/**
 * Completes `@na` to a name while it is being written: those of the room at once, others of a public
 * room as the server finds them.
 *
 * @param {RefObject<HTMLTextAreaElement | null>} field
 * @param {Conversation} conversation
 * @param {() => void} onChange called when a name was put in
 */
export function useMentions(field, conversation, onChange) {
  const [people, setPeople] = usePeople();
  const [chosen, setChosen] = useState(0);
  const timer = useRef(/** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined));
  const asked = useRef('');

  function close() {
    asked.current = '';
    clearTimeout(timer.current);
    setPeople([]);
  }

  /** Looks at what stands before the caret. */
  function look() {
    const area = field.current;
    const before = area?.value.slice(0, area.selectionStart) ?? '';
    const [, name] = /(?:^|[\s(])@([^@\n]{0,50})$/u.exec(before) ?? [];
    if (name === undefined) return close();
    asked.current = name;
    const members = conversation.roster.all.peek().filter((person) => begins(person.name, name));
    setChosen(0);
    setPeople(members.slice(0, MAX_SHOWN));
    clearTimeout(timer.current);
    if (members.length > 0 || name === '' || conversation.room.peek()?.kind !== 'public') return;
    timer.current = setTimeout(() => void lookFor(name), PAUSE_MS);
  }

  /** @param {string} name */
  async function lookFor(name) {
    const found = await findPeople(name).catch(() => []);
    if (asked.current === name)
      setPeople(found.filter((person) => begins(person.name, name)).slice(0, MAX_SHOWN));
  }

  /** @param {User} person */
  function pick(person) {
    const area = field.current;
    if (!area) return;
    const start = area.selectionStart - asked.current.length;
    area.setRangeText(`${person.name} `, start, area.selectionStart, 'end');
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

/**
 * @param {string} name
 * @param {string} part
 */
const begins = (name, part) => name.toLowerCase().startsWith(part.toLowerCase());
