// @ts-check
/** @import { TextKey } from './translate.js' */
/** @import { ApiError } from '../client/api-error.js' */
import { hasText, language, t } from './translate.js';

/**
 * Why something was refused or is delayed: an `ApiError`, an error frame, or a trouble of a connection.
 *
 * @typedef {Pick<ApiError, 'code' | 'message'>} Refusal
 *
 * What codes mean where something was tried, where that is more exact than what they mean everywhere.
 * @typedef {Record<string, TextKey>} TextsByCode
 */

/** The server's messages are in this language. They are more exact than a text for all refusals of one code. */
export const LANGUAGE_OF_SERVER = 'en';

/**
 * @param {Refusal} refusal
 * @param {TextsByCode} [texts]
 */
export function refusalText({ code, message }, texts = {}) {
  if (message && language.value === LANGUAGE_OF_SERVER) return message;
  const key = texts[code] ?? `error.${code}`;
  return t(hasText(key) ? key : 'error.unknown');
}

/**
 * Returns the text of a refusal, with when to try again where the server said so.
 *
 * @param {Refusal & { retryAfter?: number }} refusal
 * @param {TextsByCode} [texts]
 */
export function refusalAndWait({ code, message: said, retryAfter = 0 }, texts) {
  const message = refusalText({ code, message: said }, texts);
  return retryAfter > 0 ? t('error.wait', { message, count: retryAfter }) : message;
}
