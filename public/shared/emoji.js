// @ts-check

/* For the server and the page alike: no DOM, no Node. */

/** Unicode's list of what is shown as one emoji everywhere (UTS #51, ED-27), as far as this engine knows it. */
const RGI = new RegExp('^\\p{RGI_Emoji}$', 'v');
/** A character that may be shown as an emoji, with or without saying so; and the skin tone after it. */
const CHARACTER = /(\p{Emoji})\uFE0F?(?=(\p{Emoji_Modifier})?)/gu;
const SHOWN_AS_EMOJI = /\p{Emoji_Presentation}/u;

/**
 * The fully qualified form of one emoji (UTS #51, ED-18): 👍 + U+FE0F is 👍, and ❤ is ❤️. Every form of an
 * emoji has the same one. Null for what is no emoji: text, several emoji, a sequence that nobody shows
 * as one.
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
  return RGI.test(form) ? form : null;
}
