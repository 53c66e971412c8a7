// @ts-check
/** @import { Texts } from './translate.js' */

/** @type {Texts} the page's texts in Spanish */
export const texts = {
  // Messages
  'message.new': { one: '{count} mensaje nuevo', other: '{count} mensajes nuevos' },

  // Composer
  'composer.replyTo': 'Respuesta a {name}',
};
