// @ts-check
import { html } from './html.js';

const LINK = /https?:\/\/[^\s<>"']+/g;
/** Punctuation after a link belongs to the sentence. */
const TRAILING = /[.,;:!?)\]}…»”]+$/;

/**
 * A user's text as text nodes, with its web addresses as links.
 *
 * @param {string} text
 */
export function linked(text) {
  /** @type {unknown[]} */
  const parts = [];
  let end = 0;
  for (const { 0: match, index } of text.matchAll(LINK)) {
    const href = match.replace(TRAILING, '');
    if (!URL.canParse(href)) continue;
    parts.push(
      text.slice(end, index),
      html`<a href=${href} target="_blank" rel="noopener noreferrer nofollow">${href}</a>`,
    );
    end = index + href.length;
  }
  return [...parts, text.slice(end)];
}

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
