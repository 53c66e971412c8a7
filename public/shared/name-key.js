// @ts-check
import { caseFold } from './case-fold.js';

/*
 * When two names are the same: by their keys. The server keeps people and rooms apart by them, and finds
 * mentions by them; the page marks and completes by them. So this file knows neither DOM nor Node.
 */

/** What one sees nothing of: joiners, zero width spaces, soft hyphens, variation selectors, fillers. */
export const IGNORABLE = /\p{Default_Ignorable_Code_Point}/gu;
/** The blank of Braille looks like a space, and is one to whoever reads it. */
export const SPACES = /[\p{White_Space}\u2800]+/gu;

/**
 * The key of a name: in compatibility form, without case, without what is ignorable, with single spaces.
 * Decomposed (NFKD) rather than composed: it joins the same names, and no letter of a key changes by what
 * stands beside it, so whatever a name begins with, its key begins with, too.
 *
 * @param {string} name
 * @returns {string}
 */
export const nameKey = (name) => partKey(name).trim();

/**
 * The key of a part of a name, which may begin or end with a space. The keys of the letters of a name, one
 * after the other, are the key of the name, but for a space beside a space.
 *
 * @param {string} part
 * @returns {string}
 */
export const partKey = (part) =>
  caseFold(part.replace(IGNORABLE, '').normalize('NFKD')).normalize('NFKD').replace(SPACES, ' ');

/**
 * Whether a name begins with what somebody has typed of it so far.
 *
 * @param {string} name
 * @param {string} typed
 */
export const nameBegins = (name, typed) => nameKey(name).startsWith(partKey(typed));
