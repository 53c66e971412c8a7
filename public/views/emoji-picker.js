// @ts-check
/** @import { TextKey } from '../i18n/translate.js' */
/** @import { Emoji } from '../state/emoji.js' */
import { useEffect, useRef, useState } from 'preact/hooks';
import { language, t } from '../i18n/translate.js';
import { qualified } from '../shared/emoji.js';
import { findEmoji, loadEmoji } from '../state/emoji.js';
import { pickedEmoji, recentEmoji, skinTone } from '../state/emoji-choice.js';
import { Problem, useAction } from './use-action.js';
import { Dialog } from './dialog.js';
import { onGridKey } from './emoji-grid.js';
import { html } from './html.js';
import { SkinTones } from './skin-tones.js';

const MAX_FOUND = 120;
/** Unicode's groups of emoji, by their numbers; group 2 has parts of emoji. */
const GROUPS = /** @type {readonly [number, TextKey][]} */ ([
  [0, 'emoji.faces'],
  [1, 'emoji.people'],
  [3, 'emoji.nature'],
  [4, 'emoji.food'],
  [5, 'emoji.travel'],
  [6, 'emoji.activities'],
  [7, 'emoji.objects'],
  [8, 'emoji.symbols'],
  [9, 'emoji.flags'],
]);

/**
 * A dialog to pick an emoji: the first ones and those of late, all others in groups, or those that a search finds.
 * An emoji typed or pasted into the search field is found, too.
 *
 * @param {{ title: string, first?: readonly string[], onPick: (emoji: string) => unknown, onClose: () => void }} props
 */
export function EmojiPicker({ title, first = [], onPick, onClose }) {
  const [all, setAll] = useState(/** @type {Emoji[]} */ ([]));
  const [query, setQuery] = useState('');
  const [shownGroups, setShownGroups] = useState(0);
  const search = useRef(/** @type {HTMLInputElement | null} */ (null));
  const grid = useRef(/** @type {HTMLElement | null} */ (null));
  const { problem, run } = useAction();
  const code = language.value;

  useEffect(() => {
    void run(async () => setAll(await loadEmoji(code)));
  }, [code]);
  // Without a keyboard on the screen, which would cover the emoji.
  useEffect(() => {
    if (matchMedia('(hover: hover) and (pointer: fine)').matches) search.current?.focus();
  }, []);
  // A group a frame: 1,900 buttons at once would hold up whatever else there is to do.
  useEffect(() => {
    if (all.length === 0 || shownGroups === GROUPS.length) return undefined;
    const frame = requestAnimationFrame(() => setShownGroups(shownGroups + 1));
    return () => cancelAnimationFrame(frame);
  }, [all, shownGroups]);

  /** @param {string} emoji */
  async function pick(emoji) {
    if (!(await run(async () => onPick(emoji)))) return;
    pickedEmoji(emoji);
    onClose();
  }

  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    const best = grid.current?.querySelector('.emoji');
    const isEnter = event.target === search.current && event.key === 'Enter';
    if (isEnter && query.trim() !== '' && best instanceof HTMLElement) {
      event.preventDefault();
      best.click();
    } else {
      onGridKey(event, search.current);
    }
  }

  const tone = skinTone();
  const name = new Map(all.map((one) => [one.emoji, one.name]));
  const section = (/** @type {string} */ label, /** @type {readonly Emoji[]} */ emojis) =>
    emojis.length > 0 &&
    html`<${Section} key=${label} label=${label} emojis=${emojis} tone=${tone} onPick=${pick} />`;
  const lately = [...new Set([...first, ...recentEmoji()])].map((emoji) => ({
    ...NAMELESS,
    emoji,
    name: name.get(emoji) ?? emoji,
  }));
  return html`<${Dialog} title=${title} onClose=${onClose}>
    <div class="emoji-picker" onKeyDown=${onKeyDown}>
      <div class="emoji-search">
        <input
          ref=${search}
          type="search"
          aria-label=${t('emoji.search')}
          placeholder=${t('emoji.search')}
          autocomplete="off"
          onInput=${(/** @type {InputEvent} */ { target }) =>
            setQuery(/** @type {HTMLInputElement} */ (target).value)}
        />
        <${SkinTones} />
      </div>
      <${Problem} text=${problem} />
      <div class="emoji-grid" ref=${grid}>
        ${
          query.trim() === ''
            ? html`${section(t('emoji.recent'), lately)}
              ${GROUPS.slice(0, shownGroups).map(([group, key]) =>
                section(
                  t(key),
                  all.filter((one) => one.group === group),
                ),
              )}`
            : section(t('emoji.found'), found(all, query))
        }
      </div>
      <p class="hint" aria-live="polite">
        ${query.trim() !== '' && found(all, query).length === 0 && t('emoji.none')}
      </p>
    </div>
  <//>`;
}

const NAMELESS = { codes: [], group: -1, skins: [], words: '' };

/**
 * @param {readonly Emoji[]} all
 * @param {string} query
 * @returns {Emoji[]}
 */
function found(all, query) {
  const typed = query.trim();
  if (!/\p{Extended_Pictographic}|\p{Regional_Indicator}/u.test(typed))
    return findEmoji(all, query, MAX_FOUND);
  if ([...new Intl.Segmenter().segment(typed)].length > 1) return [];
  // The server may know an emoji that this browser does not.
  const emoji = qualified(typed) ?? typed;
  return [{ ...NAMELESS, emoji, name: emoji }];
}

/**
 * @param {{ label: string, emojis: readonly Emoji[], tone: number, onPick: (emoji: string) => void }} props
 */
function Section({ label, emojis, tone, onPick }) {
  return html`<section class="emoji-group" role="group" aria-label=${label}>
    <h3 aria-hidden="true">${label}</h3>
    ${emojis.map(({ emoji, name, skins }) => {
      const shown = skins[tone - 1] ?? emoji;
      return html`<button
        type="button"
        class="emoji"
        key=${emoji}
        tabindex="-1"
        title=${name}
        onClick=${() => onPick(shown)}
      >
        ${shown}
      </button>`;
    })}
  </section>`;
}
