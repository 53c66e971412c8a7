// @ts-check

/** The languages of the page, each under its own name. The texts of `xx` are in `xx.js` beside this file. */
export const LANGUAGES = { en: 'English', es: 'Español' };

/** @typedef {keyof typeof LANGUAGES} Language */
