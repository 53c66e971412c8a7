// @ts-check
import { html } from './html.js';
import { linksIn } from './links.js';

/**
 * A user's text as text nodes, with its addresses as links, and the people it mentions marked.
 *
 * @param {string} text
 * @param {{ name: string, self: boolean }[]} [mentioned]
 */
export function linked(text, mentioned = []) {
  /** @type {unknown[]} */
  const parts = [];
  let before = 0;
  for (const { start, end, href } of linksIn(text)) {
    parts.push(
      ...marked(text.slice(before, start), mentioned),
      html`<a href=${href} target="_blank" rel="noopener noreferrer nofollow"
        >${text.slice(start, end)}</a
      >`,
    );
    before = end;
  }
  return [...parts, ...marked(text.slice(before), mentioned)];
}

/**
 * @param {string} text
 * @param {{ name: string, self: boolean }[]} mentioned
 */
function marked(text, mentioned) {
  if (mentioned.length === 0) return [text];
  // The longest first: "Ana Maria" is not Ana.
  const people = mentioned.toSorted((a, b) => b.name.length - a.name.length);
  const names = people.map(({ name }) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  /** @type {unknown[]} */
  const parts = [];
  let end = 0;
  for (const { 0: match, 1: found, index } of text.matchAll(
    new RegExp(`@(${names.join('|')})`, 'giu'),
  )) {
    const self = people.find(({ name }) => sameName(name, found))?.self ?? false;
    parts.push(
      text.slice(end, index),
      html`<span class="mention" data-self=${self}>${match}</span>`,
    );
    end = index + match.length;
  }
  return [...parts, text.slice(end)];
}

/**
 * @param {string} a
 * @param {string} b
 */
const sameName = (a, b) => a.localeCompare(b, undefined, { sensitivity: 'accent' }) === 0;

const clock = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'short' });
const weekday = new Intl.DateTimeFormat(undefined, {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
});
const date = new Intl.DateTimeFormat(undefined, { dateStyle: 'long' });

/** @param {{ at: string }} props an ISO time, shown as local time of day */
export function Time({ at }) {
  const moment = new Date(at);
  return html`<time datetime=${at} title=${full.format(moment)}>${clock.format(moment)}</time>`;
}

/** @param {string} at */
export function dayName(at) {
  const day = new Date(at);
  const today = new Date();
  const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1);
  if (day.toDateString() === today.toDateString()) return 'Today';
  if (day.toDateString() === yesterday.toDateString()) return 'Yesterday';
  return (day.getFullYear() === today.getFullYear() ? weekday : date).format(day);
}

/**
 * @param {number} count
 * @param {string} noun in the singular
 */
export function counted(count, noun) {
  return `${count.toLocaleString()} ${count === 1 ? noun : `${noun}s`}`;
}
