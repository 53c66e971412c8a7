// @ts-check
import { signal } from '@preact/signals-core';
import { qualified } from '../shared/emoji.js';
import { TONES } from './emoji.js';

/* The skin tone that was chosen on this device, and the emoji that were picked last. */

const STORAGE_KEY = 'charla.emoji';
const MAX_RECENT = 24;

/** @typedef {{ tone: number, recent: string[] }} Choice */

const choice = signal(readChoice());

/** The chosen skin tone: 1 to 5, or 0 for none. */
export const skinTone = () => choice.value.tone;

/** The emoji that were picked last, the latest first. */
export const recentEmoji = () => choice.value.recent;

/** @param {number} tone */
export const chooseTone = (tone) => remember({ ...choice.peek(), tone });

/** @param {string} emoji */
export function pickedEmoji(emoji) {
  const { tone, recent } = choice.peek();
  const others = recent.filter((one) => one !== emoji);
  remember({ tone, recent: [emoji, ...others].slice(0, MAX_RECENT) });
}

/** @param {Choice} next */
function remember(next) {
  choice.value = next;
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify(next));
  } catch {
    // Without storage the choice holds until the page is left.
  }
}

/** @returns {Choice} */
function readChoice() {
  try {
    const stored = /** @type {Partial<Choice> | null} */ (
      JSON.parse(localStorage.getItem(STORAGE_KEY) ?? 'null')
    );
    return {
      tone: TONES[stored?.tone ?? 0] === undefined ? 0 : (stored?.tone ?? 0),
      recent: (stored?.recent ?? []).filter((one) => qualified(one) === one).slice(0, MAX_RECENT),
    };
  } catch {
    // Storage may be forbidden, or hold something else.
    return { tone: 0, recent: [] };
  }
}
