// @ts-check
/** @import { Emoji } from '../state/emoji.js' */
/** @import { Completion } from './completion-list.js' */
import { useRef, useState } from 'preact/hooks';
import { language, t } from '../i18n/translate.js';
import { findEmoji, loadEmoji } from '../state/emoji.js';
import { pickedEmoji, skinTone } from '../state/emoji-choice.js';
import { html } from './html.js';
import { shortcodeAt } from './shortcode.js';

const MAX_SHOWN = 6;

/**
 * Completes `:smi` to an emoji while it is typed; `:smile:` becomes one when its last colon is typed.
 *
 * @param {() => void} onLoad called when the emoji are there, which are loaded with the first shortcode
 * @returns {Completion}
 */
export function useShortcodes(onLoad) {
  const [found, setFound] = useState(/** @type {Emoji[]} */ ([]));
  const all = useRef(/** @type {{ code: string, emoji: Emoji[] } | null} */ (null));
  const typing = useRef(-1);
  /** Where a shortcode begins that shall stay as it is. */
  const dismissed = useRef(-1);

  async function load() {
    const code = language.peek();
    // Without them the text stays as typed.
    const emoji = await loadEmoji(code).catch(() => null);
    if (!emoji) return;
    all.current = { code, emoji };
    onLoad();
  }

  /** @param {Emoji} emoji */
  const toned = ({ emoji, skins }) => skins[skinTone() - 1] ?? emoji;

  /**
   * @param {HTMLTextAreaElement} area
   * @param {InputEvent} [event]
   */
  function update(area, event) {
    const shortcode = shortcodeAt(area.value, area.selectionStart);
    if (!shortcode) dismissed.current = -1;
    if (!shortcode || shortcode.start === dismissed.current) {
      setFound([]);
      return false;
    }
    const { start, typed, finished } = shortcode;
    typing.current = start;
    if (all.current?.code !== language.peek()) void load();
    const emoji = all.current?.emoji ?? [];
    setFound(finished ? [] : findEmoji(emoji, typed, MAX_SHOWN));
    // Not in a text that was pasted.
    const exact =
      finished && event?.data === ':' && emoji.find(({ codes }) => codes.includes(typed));
    if (!exact) return false;
    area.setRangeText(toned(exact), start, area.selectionStart, 'end');
    return true;
  }

  return {
    label: t('emoji.list'),
    options: found.map((one) => ({
      key: one.emoji,
      content: html`<span class="emoji-option">${toned(one)}</span>
        <span>${one.codes[0] ? `:${one.codes[0]}:` : one.name}</span>`,
    })),
    update,
    pick(area, index) {
      const emoji = found[index];
      if (!emoji) return;
      area.setRangeText(`${toned(emoji)} `, typing.current, area.selectionStart, 'end');
      pickedEmoji(toned(emoji));
    },
    dismiss() {
      dismissed.current = typing.current;
      setFound([]);
    },
  };
}
