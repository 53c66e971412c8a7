// @ts-check
import { LinkifyIt, REBuilder } from 'linkify-it';

/*
 * Where a text has addresses. linkify-it knows where one ends: by brackets, quotes, punctuation, and the
 * letters of all scripts. It is told here what chats need besides.
 */

/** A part of a text that is an address, by UTF-16 offsets, and where it leads. */
/** @typedef {{ start: number, end: number, href: string }} Link */

/** As long as a message may be, in UTF-16 units: a part of an address leads nowhere. */
const MAX_LENGTH = 8000;

/** The rules of linkify-it, but for what encloses addresses in chats, and what is within names of pages. */
class Rules extends REBuilder {
  /**
   * Backquotes are around code. What is not seen, and turns the direction of text, is in no address.
   *
   * @override
   */
  get_text_separators() {
    return /[><\uFF5C`\u00AD\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/;
  }

  /**
   * Dashes, the middle dots of Catalan and Japanese, and apostrophes, where more follows.
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

/** Where a web address begins: also right after letters of scripts that have no spaces. */
const SCHEME = /(?<![a-z\d])(https?:)\/\//gi;
/** Signs that make text bold or struck through stand around it; a colon at the end is the sentence's. */
const MARKS = /(?:\*+|~+|\|\|+)(?=[\s.,;:!?)\]}'"]|$)|:(?=[\s.,;!?)}'"]|$)/;
const UNDERLINED = /(?<![\p{L}\p{N}])_+(?:[^\s_]|$)/u;
const UNDERLINE_END = /_+(?=[\s.,;:!?)\]}'"*~]|$)/;
/** The last part of a host name is of one script: what follows it in another one is the next word. */
const NEXT_WORD = new RegExp(
  '^https?://(?:[^\\s/?#@]{0,50}@)?' +
    // A host, which ends in ASCII, and its port.
    '(?:[^\\s/?#]{0,253}\\.[a-z\\d-]+|localhost|\\[[\\d:.a-f]+\\])(?::\\d+)?' +
    // Something else right after it, and no other part of the host: `https://www.münchen.de`.
    '(?=[^\\p{ASCII}\\s])(?![^\\s/?#]{0,253}\\.\\p{L})',
  'iu',
);
/** Endings of addresses that nobody takes for words or names of files: `example.com`, but not `main.rs`. */
const WELL_KNOWN = /^(?:www\..+|[^/?#]+\.(?:com|org|net|edu|gov|info|рф)|[^/?#]+[/?#].+)$/i;

/**
 * The addresses in a text, in order: of the web, with `http:` or `https:`, or without where they begin with
 * `www.`, end in a well-known way, or go on with a path; and e-mail addresses. What is found leads
 * nowhere else than there.
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
 * E-mail addresses, and web addresses without a scheme.
 *
 * @param {string} text
 * @param {number} from
 * @param {number} to
 * @returns {Link[]}
 */
function bareLinksIn(text, from, to) {
  const found = linkify.match(text.slice(from, to)) ?? [];
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
