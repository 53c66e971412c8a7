// @ts-check
/** @import { Texts } from './translate.js' */

/** @type {Texts} the page's texts in Spanish */
export const texts = {
  // Messages
  'message.new': { one: '{count} mensaje nuevo', other: '{count} mensajes nuevos' },

  // Composer
  'composer.replyTo': 'Respuesta a {name}',

  // Connection
  'connection.connected': 'Conectado',
  'connection.reconnecting': 'Reconectando…',
  'connection.offline': 'Sin conexión',
  'connection.tryNow': 'Probar ahora',
};
