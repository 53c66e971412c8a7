// @ts-check

/**
 * A path with its variable parts escaped.
 *
 * @param {TemplateStringsArray} strings
 * @param {...(string | number)} parts
 */
export const path = (strings, ...parts) => String.raw(strings, ...parts.map(encodeURIComponent));
