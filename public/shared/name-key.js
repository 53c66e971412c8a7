// @ts-check
import { caseFold } from './case-fold.js';

/*
 * Two names are the same if their keys are equal. The server keeps names unique by their keys and finds mentions
 * by them; the page marks mentions and completes names by them. No DOM, no Node.
 */

/** Invisible characters: joiners, zero width spaces, soft hyphens, variation selectors, fillers. */
export const IGNORABLE = /\p{Default_Ignorable_Code_Point}/gu;
/** The Braille blank looks like a space, so it counts as one. */
export const SPACES = /[\p{White_Space}\u2800]+/gu;

/**
 * Returns the key of a name: in compatibility form, case-folded, without ignorable characters, with single spaces.
 * It is decomposed (NFKD) rather than composed. That makes the same names equal, and no letter of a key depends on
 * the next one: the key of a prefix is a prefix of the key.
 *
 * @param {string} name
 * @returns {string}
 */
export const nameKey = (name) => partKey(name).trim();

/**
 * Returns the key of a part of a name, which may begin or end with a space. The keys of a name's letters,
 * concatenated, are the key of the name, except for a space beside a space.
 *
 * @param {string} part
 * @returns {string}
 */
export const partKey = (part) =>
  caseFold(part.replace(IGNORABLE, '').normalize('NFKD')).normalize('NFKD').replace(SPACES, ' ');

/**
 * Whether a name begins with what somebody has typed so far.
 *
 * @param {string} name
 * @param {string} typed
 */
export const nameBegins = (name, typed) => nameKey(name).startsWith(partKey(typed));
