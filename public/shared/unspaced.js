// @ts-check

/** Scripts that put no space between words, or between a name and what is attached to it (Korean). */
const SCRIPTS =
  'Han Hiragana Katakana Bopomofo Yi Hangul Thai Lao Khmer Myanmar Tibetan Javanese Balinese ' +
  'Tai_Le New_Tai_Lue Tai_Tham Tai_Viet';

/**
 * What of Chinese and Japanese belongs to no script: repetition marks, long vowels, voicing marks. (The property
 * Script_Extensions has them, but also an apostrophe and accents that other languages use.)
 */
const COMMON = '\\u3006\\u3031-\\u3035\\u303C\\u30FC\\uFF70\\u3099\\u309A\\uFF9E\\uFF9F';

/**
 * Characters of scripts in which a word can begin and end anywhere, as part of a character class of a regular
 * expression with the flag `u`.
 */
export const UNSPACED = SCRIPTS.replaceAll(/\S+/g, '\\p{Script=$&}').replaceAll(' ', '') + COMMON;
