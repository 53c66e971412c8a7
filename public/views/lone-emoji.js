// @ts-check
import { qualified } from '../shared/emoji.js';

const MOST = 3;
/** The longest emoji has 15 UTF-16 units. */
const MAX_LENGTH = MOST * 15 + MOST;
/** Letters such as ©, which are emoji only if asked for, stay small. */
const LOOKS_LIKE_EMOJI = /\p{Emoji_Presentation}|\uFE0F/u;

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * Returns whether a message is one to three emoji and nothing else, which are shown large.
 *
 * @param {string} text
 */
export function isLoneEmoji(text) {
  if (text.length > MAX_LENGTH || !LOOKS_LIKE_EMOJI.test(text)) return false;
  const letters = [...segmenter.segment(text)]
    .map(({ segment }) => segment)
    .filter((letter) => letter.trim() !== '');
  return (
    letters.length <= MOST &&
    letters.every((letter) => LOOKS_LIKE_EMOJI.test(letter) && qualified(letter) !== null)
  );
}
