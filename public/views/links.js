// @ts-check
import { LinkifyIt, REBuilder } from 'linkify-it';

/*
 * Finds URLs and email addresses in a text. linkify-it finds where one ends: at brackets, quotes, punctuation, with
 * the letters of all scripts. This file adds what chats need.
 */

/** @typedef {{ start: number, end: number, href: string }} Link a part of a text, by UTF-16 offsets */

/** The longest message, in UTF-16 units: a part of a URL would be useless. */
const MAX_LENGTH = 8000;

/** The rules of linkify-it, with other separators around a URL and other characters in its path. */
class Rules extends REBuilder {
  /**
   * Backquotes enclose code. Invisible characters and those that change the direction of text are in no URL.
   *
   * @override
   */
  get_text_separators() {
    return /[><\uFF5C`\u00AD\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/;
  }

  /**
   * Dashes, the middle dots of Catalan and Japanese, and apostrophes, where a letter follows.
   *
   * @override
   */
  get_path_extra() {
    const letter = this.get_pseudo_letter().source;
    return new RegExp(`[\\u2010-\\u2015\\u00B7\\u30FB\\u301C\\u2019](?=${letter})|`);
  }
}

const linkify = new LinkifyIt({
  rebuilder: new Rules(),
  fuzzyLink: true,
  fuzzyEmail: true,
  urlAuth: true,
  maxLength: MAX_LENGTH,
})
  .add('ftp:', null)
  .add('//', null);

/** The start of a URL: also right after letters of scripts that have no spaces. */
const SCHEME = /(?<![a-z\d])(https?:)\/\//gi;
/** Marks for bold or struck text may enclose a URL; a colon at the end belongs to the sentence. */
const MARKS = /(?:\*+|~+|\|\|+)(?=[\s.,;:!?)\]}'"]|$)|:(?=[\s.,;!?)}'"]|$)/;
const UNDERLINED = /(?<![\p{L}\p{N}])_+(?:[^\s_]|$)/u;
const UNDERLINE_END = /_+(?=[\s.,;:!?)\]}'"*~]|$)/;
/** The last part of a host name is of one script: text after it in another one is the next word. */
const NEXT_WORD = new RegExp(
  '^https?://(?:[^\\s/?#@]{0,50}@)?' +
    // A host, which ends in ASCII, and its port.
    '(?:[^\\s/?#]{0,253}\\.[a-z\\d-]+|localhost|\\[[\\d:.a-f]+\\])(?::\\d+)?' +
    // Other text right after it that is not part of the host, unlike in `https://www.münchen.de`.
    '(?=[^\\p{ASCII}\\s])(?![^\\s/?#]{0,253}\\.\\p{L})',
  'iu',
);
/** URLs without a scheme that nobody takes for a word or a file name: `example.com`, but not `main.rs`. */
const WELL_KNOWN = /^(?:www\..+|[^/?#]+\.(?:com|org|net|edu|gov|info|рф)|[^/?#]+[/?#].+)$/i;

/**
 * Returns the links in a text, in order: URLs with `http:` or `https:`, URLs without a scheme that begin with `www.`,
 * have a well-known ending or a path, and email addresses. Each `href` is a URL of the web or a `mailto:`.
 *
 * @param {string} text
 * @returns {Link[]}
 */
export function linksIn(text) {
  /** @type {Link[]} */
  const links = [];
  let end = 0;
  for (const { 0: whole, 1: scheme = '', index: start } of text.matchAll(SCHEME)) {
    if (start < end) continue;
    const address = addressAt(text, start, scheme);
    if (address.length <= whole.length || !isSafe(address)) continue;
    links.push(...bareLinksIn(text, end, start));
    end = start + address.length;
    links.push({ start, end, href: address });
  }
  return [...links, ...bareLinksIn(text, end, text.length)];
}

/**
 * @param {string} text
 * @param {number} start where its scheme begins
 * @param {string} scheme
 */
function addressAt(text, start, scheme) {
  const [rest = ''] = text.slice(start, start + MAX_LENGTH).split(/\s/, 1);
  const isUnderlined = UNDERLINED.test(text.slice(Math.max(0, start - 200), start));
  const ends = [MARKS, ...(isUnderlined ? [UNDERLINE_END] : [])].map((sign) => rest.search(sign));
  const hostEnd = NEXT_WORD.exec(rest)?.[0].length ?? -1;
  const end = Math.min(rest.length, ...[...ends, hostEnd].filter((at) => at > 0));
  const candidate = rest.slice(0, end);
  return candidate.slice(0, scheme.length + linkify.testSchemaAt(candidate, scheme, scheme.length));
}

/**
 * Returns email addresses, and URLs without a scheme.
 *
 * @param {string} text
 * @param {number} from
 * @param {number} to
 * @returns {Link[]}
 */
function bareLinksIn(text, from, to) {
  const part = text.slice(from, to);
  // Most messages have none, and to compile the rules takes longer than to show the page.
  if (!/[.@]\S/.test(part)) return [];
  const found = linkify.match(part) ?? [];
  return found.flatMap(({ schema, raw, url, index, lastIndex }) => {
    if (schema === '' ? !WELL_KNOWN.test(raw) : schema !== 'mailto:') return [];
    const href = schema === '' ? `https://${raw}` : url;
    return isSafe(href) ? [{ start: from + index, end: from + lastIndex, href }] : [];
  });
}

/** @param {string} href */
function isSafe(href) {
  return URL.canParse(href) && /^(?:https?|mailto):$/.test(new URL(href).protocol);
}
