// @ts-check
/** @import { Texts } from './translate.js' */

/** @type {Texts} the page's texts in Spanish */
export const texts = {
  // Messages
  'message.new': { one: '{count} mensaje nuevo', other: '{count} mensajes nuevos' },

  // Long rooms: jumps and the search in a room
  'jump.toUnread': { one: 'Ir a {count} sin leer', other: 'Ir al primero de {count} sin leer' },
  'jump.toDate': 'Ir a una fecha',
  'jump.date': 'Fecha',
  'jump.dateHint': 'Muestra el primer mensaje de ese día o, si no hay ninguno, el siguiente.',
  'jump.go': 'Ir',
  'jump.manyNew': 'Más de {count} mensajes nuevos',
  'jump.loading': 'Cargando mensajes',
  'jump.failed': 'No se han podido cargar los mensajes.',
  'jump.again': 'Intentar de nuevo',
  'search.thisRoom': 'Buscar en esta sala',
  'search.inRoom': 'En {room}',
  'search.everywhere': 'Buscar en todas las salas',
  'search.backToRoom': 'Volver a la sala',

  // Composer
  'composer.replyTo': 'Respuesta a {name}',
};
