// @ts-check

/* Colours that can be read, whatever people choose. Contrast as WCAG 2.2 defines it. */

/** The least contrast of text with what is behind it (WCAG 2.2, 1.4.3). @public */
export const TEXT_CONTRAST = 4.5;

/**
 * What names stand on, as in styles/base.css: `--canvas`, `--side`, `--raised`, `--hover`, `--bubble`.
 * A test compares the two.
 *
 * @public
 */
export const SURFACES = {
  light: ['#fffdfa', '#f6f1e7', '#ffffff', '#ece4d5', '#f3eee4'],
  dark: ['#1c1915', '#171411', '#262119', '#2c261d', '#2a251d'],
};

/** @typedef {keyof typeof SURFACES} Scheme */

/** What a colour is mixed with until it can be read. */
const TOWARDS = { light: '#000000', dark: '#ffffff' };
const STEPS = 64;

/** @type {Map<string, Record<Scheme, string>>} shades by colour: each message asks for those of its author */
const known = new Map();
const MOST_KNOWN = 2000;

/**
 * Returns a colour as text that can be read on every surface, in light and dark: the colour itself where it can,
 * else the nearest shade of it.
 *
 * @param {string} color `#rrggbb`
 * @returns {Record<Scheme, string>}
 */
export function readableShades(color) {
  let shades = known.get(color);
  if (!shades) {
    if (known.size >= MOST_KNOWN) known.clear();
    shades = { light: readable(color, 'light'), dark: readable(color, 'dark') };
    known.set(color, shades);
  }
  return shades;
}

/**
 * Returns dark or light, whichever can be read on a colour. Of black and white, one always can.
 *
 * @param {string} color `#rrggbb`
 */
export function inkOn(color) {
  const inks = ['#1d1608', '#ffffff', '#000000'];
  return inks.find((ink) => contrast(ink, color) >= TEXT_CONTRAST) ?? '#000000';
}

/**
 * Returns the contrast of two colours, from 1 to 21.
 *
 * @public
 * @param {string} one `#rrggbb`
 * @param {string} other `#rrggbb`
 */
export function contrast(one, other) {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/**
 * @param {string} color
 * @param {Scheme} scheme
 */
function readable(color, scheme) {
  for (let step = 0; step < STEPS; step += 1) {
    const shade = mix(color, TOWARDS[scheme], step / STEPS);
    if (SURFACES[scheme].every((surface) => contrast(shade, surface) >= TEXT_CONTRAST)) {
      return shade;
    }
  }
  return TOWARDS[scheme];
}

/**
 * @param {string} from
 * @param {string} to
 * @param {number} share of `to`, 0 to 1
 */
function mix(from, to, share) {
  const target = channels(to);
  const mixed = channels(from).map((channel, i) => channel + ((target[i] ?? 0) - channel) * share);
  return `#${mixed.map((channel) => Math.round(channel).toString(16).padStart(2, '0')).join('')}`;
}

/** @param {string} color */
function luminance(color) {
  const [red = 0, green = 0, blue = 0] = channels(color).map((channel) => linear(channel / 255));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** @param {string} color */
function channels(color) {
  return [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
}

/** @param {number} channel sRGB, 0 to 1 */
function linear(channel) {
  return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
}
