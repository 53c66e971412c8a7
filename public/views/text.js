// @ts-check
import { dateAndTime, timeOfDay } from '../i18n/format.js';
import { mentionSites } from '../shared/mentions.js';
import { nameKey } from '../shared/name-key.js';
import { html } from './html.js';
import { linksIn } from './links.js';

/**
 * What is one in a text, whatever its letters mean elsewhere: a link, or a mention, by UTF-16 offsets.
 *
 * @typedef {{ start: number, end: number, href: string } | { start: number, end: number, self: boolean }} Atom
 */

/**
 * Returns the links in a user's text, and the mentions where the server has found them: at each site, the longest of
 * the mentioned names.
 *
 * @param {string} text
 * @param {readonly { name: string, self: boolean }[]} mentioned
 * @returns {Atom[]} in order
 */
export function atomsIn(text, mentioned) {
  if (mentioned.length === 0) return linksIn(text);
  const people = new Map(mentioned.map((person) => [nameKey(person.name), person]));
  /** @type {Atom[]} */
  const atoms = [];
  let end = 0;
  for (const { start, key, ends } of mentionSites(text)) {
    const found = ends.findLast(({ inKey }) => people.has(key.slice(0, inKey)));
    if (!found || start < end) continue;
    const self = people.get(key.slice(0, found.inKey))?.self ?? false;
    atoms.push(...linksBetween(text, end, start), { start, end: found.inText, self });
    end = found.inText;
  }
  return [...atoms, ...linksBetween(text, end, text.length)];
}

/**
 * @param {string} text
 * @param {number} from
 * @param {number} to
 */
const linksBetween = (text, from, to) =>
  linksIn(text.slice(from, to)).map(({ start, end, href }) => ({
    start: from + start,
    end: from + end,
    href,
  }));

/**
 * @param {string} text
 * @param {Atom} atom
 */
export function atomElement(text, atom) {
  const shown = text.slice(atom.start, atom.end);
  return 'href' in atom
    ? html`<a href=${atom.href} target="_blank" rel="noopener noreferrer nofollow">${shown}</a>`
    : html`<span class="mention" data-self=${atom.self}>${shown}</span>`;
}

/** @param {{ at: string }} props an ISO time, shown as local time of day */
export function Time({ at }) {
  const moment = new Date(at);
  return html`<time datetime=${at} title=${dateAndTime(moment)}>${timeOfDay(moment)}</time>`;
}
