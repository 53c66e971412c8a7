// @ts-check
import { dateAndTime, timeOfDay } from '../i18n/format.js';
import { mentionSites } from '../shared/mentions.js';
import { nameKey } from '../shared/name-key.js';
import { html } from './html.js';
import { linksIn } from './links.js';

/**
 * Returns a user's text as text nodes, with its URLs as links, and with mentions marked where the server has found
 * them: at each site, the longest of the mentioned names.
 *
 * @param {string} text
 * @param {{ name: string, self: boolean }[]} [mentioned]
 */
export function linked(text, mentioned = []) {
  if (mentioned.length === 0) return links(text);
  const people = new Map(mentioned.map((person) => [nameKey(person.name), person]));
  /** @type {unknown[]} */
  const parts = [];
  let end = 0;
  for (const { start, key, ends } of mentionSites(text)) {
    const found = ends.findLast(({ inKey }) => people.has(key.slice(0, inKey)));
    if (!found || start < end) continue;
    const self = people.get(key.slice(0, found.inKey))?.self ?? false;
    parts.push(
      ...links(text.slice(end, start)),
      html`<span class="mention" data-self=${self}>${text.slice(start, found.inText)}</span>`,
    );
    end = found.inText;
  }
  return [...parts, ...links(text.slice(end))];
}

/** @param {string} text */
function links(text) {
  /** @type {unknown[]} */
  const parts = [];
  let before = 0;
  for (const { start, end, href } of linksIn(text)) {
    parts.push(
      text.slice(before, start),
      html`<a href=${href} target="_blank" rel="noopener noreferrer nofollow"
        >${text.slice(start, end)}</a
      >`,
    );
    before = end;
  }
  return [...parts, text.slice(before)];
}

/** @param {{ at: string }} props an ISO time, shown as local time of day */
export function Time({ at }) {
  const moment = new Date(at);
  return html`<time datetime=${at} title=${dateAndTime(moment)}>${timeOfDay(moment)}</time>`;
}
