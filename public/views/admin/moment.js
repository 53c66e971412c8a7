// @ts-check
/** @import { TextKey } from '../../i18n/translate.js' */
import { dayName } from '../../i18n/format.js';
import { tParts } from '../../i18n/translate.js';
import { html } from '../html.js';
import { Time } from '../text.js';

/**
 * Returns a text about a moment, in parts.
 *
 * @param {TextKey} key of a text with `{day}` and `{time}`
 * @param {string} at an ISO time
 */
export const aboutMoment = (key, at) =>
  tParts(key, { day: dayName(at), time: html`<${Time} at=${at} />` });
