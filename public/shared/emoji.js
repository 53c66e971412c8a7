// @ts-check

/* For the server and the page alike: no DOM, no Node. */

/** Unicode's list of emoji for general interchange (UTS #51, ED-27), as far as this engine knows it. */
const RGI = '^\\p{RGI_Emoji}$';
/** @type {RegExp | undefined} made when first needed, since it has thousands of alternatives */
let rgi;
/** A character that may be shown as an emoji, with or without a variation selector; and the skin tone after it. */
const CHARACTER = /(\p{Emoji})\uFE0F?(?=(\p{Emoji_Modifier})?)/gu;
const SHOWN_AS_EMOJI = /\p{Emoji_Presentation}/u;

/**
 * Returns the fully qualified form of one emoji (UTS #51, ED-18), which is the same for every form of it:
 * 👍 for 👍 + U+FE0F, and ❤️ for ❤. Returns null for anything else: text, several emoji, a sequence that is
 * not displayed as one.
 *
 * @param {string} text
 * @returns {string | null}
 */
export function qualified(text) {
  const form = text.replace(
    CHARACTER,
    (_, /** @type {string} */ character, /** @type {string | undefined} */ tone) =>
      tone || SHOWN_AS_EMOJI.test(character) ? character : `${character}\uFE0F`,
  );
  rgi ??= new RegExp(RGI, 'v');
  return rgi.test(form) ? form : null;
}
