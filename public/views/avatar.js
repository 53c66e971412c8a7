// @ts-check
import { clip } from '../shared/graphemes.js';
import { html } from './html.js';

/** @param {{ user: { name: string, color: string }, online?: boolean }} props decoration: the name is shown beside it */
export function Avatar({ user, online = false }) {
  const style = { backgroundColor: user.color, color: textColorOn(user.color) };
  return html`<span class="avatar" aria-hidden="true" style=${style}>
    ${initials(user.name)}${online && html`<span class="presence"></span>`}
  </span>`;
}

/** @param {string} name */
function initials(name) {
  const words = name.split(/[\s._-]+/).filter(Boolean);
  const [first = '', last = ''] = words.length > 1 ? [words[0], words.at(-1)] : [words[0] ?? name];
  return (clip(first, 1) + clip(last, 1)).toLocaleUpperCase();
}

/**
 * Returns dark or light, whichever has more contrast on the colour (WCAG relative luminance).
 *
 * @param {string} color `#rrggbb`
 */
function textColorOn(color) {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) =>
    linear(Number.parseInt(color.slice(at, at + 2), 16) / 255),
  );
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return luminance > 0.2 ? '#1d1608' : '#ffffff';
}

/** @param {number} channel sRGB, 0 to 1 */
function linear(channel) {
  return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
}
