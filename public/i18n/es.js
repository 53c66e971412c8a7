// @ts-check
/** @import { Texts } from './translate.js' */

/**
 * The page's texts in Spanish. The category `many` (whole millions) is left out: `other` stands in for it.
 *
 * @type {Texts}
 */
export const texts = {
  // Used in several places
  'common.close': 'Cerrar',
  'common.save': 'Guardar',
  'common.tryAgain': 'Reintentar',
  'common.you': 'tú',
  'common.backToRooms': 'Volver a las salas',
  'common.backToRoom': 'Volver a la sala',

  // Language
  'language.label': 'Idioma',
  'language.failed': 'No se pudo cargar este idioma.',

  // Sign-in form
  'signIn.slogan': 'Salas para conversar en vivo, en un servidor propio.',
  'signIn.account': 'Cuenta',
  'signIn.signIn': 'Iniciar sesión',
  'signIn.create': 'Crear cuenta',
  'signIn.name': 'Nombre',
  'signIn.nameHint': 'Así te verán los demás.',
  'signIn.email': 'Correo electrónico',
  'signIn.password': 'Contraseña',
  'signIn.passwordHint': 'Al menos 8 caracteres.',
  'signIn.expired': 'Tu sesión ha caducado. Inicia sesión de nuevo.',
  'signIn.revoked': 'Esta sesión se ha cerrado. Inicia sesión de nuevo.',
  'signIn.invalid': 'Tu sesión ya no es válida. Inicia sesión de nuevo.',
  'setup.title': 'Crea la cuenta de administración',
  'setup.explained': 'Este servidor es nuevo. Esta cuenta lo administrará.',
  'setup.goOnAs': 'Continuar como {name}',
  'setup.without': 'Iniciar sesión o crear una cuenta normal',

  // List of rooms
  'rooms.title': 'Salas',
  'rooms.new': 'Nueva sala',
  'rooms.find': 'Buscar una sala',
  'rooms.loading': 'Cargando salas…',
  'rooms.failed': 'No se pudieron cargar las salas.',
  'rooms.yours': 'Tus salas',
  'rooms.direct': 'Mensajes directos',
  'rooms.toJoin': 'Salas a las que unirte',
  'rooms.write': 'Escribir a alguien',
  'rooms.more': 'Mostrar más salas',
  'rooms.noneFound': 'Ninguna sala tiene ese nombre.',
  'rooms.none': 'Aún no hay salas. Crea la primera.',
  'rooms.unread': { one: '{count} mensaje sin leer', other: '{count} mensajes sin leer' },
  'rooms.unreadAndMentions': {
    one: '{unread}, {count} mención',
    other: '{unread}, {count} menciones',
  },
  'rooms.profile': 'Tu perfil, {name}',
  'rooms.signOut': 'Cerrar sesión',

  // A new room, and settings of a room
  'room.name': 'Nombre de la sala',
  'room.topic': 'Tema',
  'room.topicHint': 'De qué trata la sala, en una línea. Opcional.',
  'room.whoMayRead': '¿Quién puede leerla?',
  'room.public': 'Cualquiera de este servidor puede encontrarla y unirse',
  'room.private': 'Solo las personas que agregues tú o alguien que modere',
  'room.create': 'Crear sala',
  'room.about': 'Acerca de esta sala',
  'room.slowMode': 'Modo lento',
  'room.slowModeHint': 'Cuánto debe esperar cada miembro entre dos mensajes.',
  'room.slowModeOff': 'Desactivado',
  'room.banned': 'Personas vetadas',
  'room.liftBan': 'Levantar el veto',
  'room.delete': 'Eliminar esta sala',
  'room.deleteConfirm':
    'Se eliminarán todos sus mensajes para todo el mundo. Para confirmar, escribe el nombre de la sala:',
  'room.deleteNow': 'Eliminar la sala',

  // An open room
  'room.hidePeople': 'Ocultar quién está aquí',
  'room.showPeople': {
    one: 'Mostrar quién está aquí: {count} persona',
    other: 'Mostrar quién está aquí: {count} personas',
  },
  'room.left': 'Has salido de esta sala.',
  'room.removed': 'Te sacaron de esta sala o te vetaron en ella.',
  'room.deleted': 'Esta sala se eliminó o no existe.',
  'room.signedOut': 'Tu sesión está cerrada.',
  'room.joinAgain': 'Volver a unirte',
  'room.noneOpen': 'Elige una sala o crea una nueva.',
  'room.typingOne': '{name} está escribiendo…',
  'room.typingTwo': '{first} y {second} están escribiendo…',
  'room.typingMany': 'Varias personas están escribiendo…',

  // Connection
  'connection.connected': 'Conectado',
  'connection.reconnecting': 'Reconectando…',
  'connection.offline': 'Sin conexión',
  'connection.tryNow': 'Probar ahora',

  // Outbox
  'outbox.failedIn': {
    one: '{count} mensaje no se envió: {room}',
    other: '{count} mensajes no se enviaron: {room}',
  },
  'outbox.wouldBeLost': {
    one: '{count} mensaje aún no se ha enviado. Se borrará si cierras sesión ahora.',
    other: '{count} mensajes aún no se han enviado. Se borrarán si cierras sesión ahora.',
  },
  'outbox.staySignedIn': 'Seguir con la sesión',
  'outbox.signOutAnyway': 'Cerrar sesión y borrar',

  // History
  'history.messages': 'Mensajes',
  'history.loading': 'Cargando mensajes',
  'history.failed': 'No se pudieron cargar los mensajes.',
  'history.olderFailed': 'No se pudieron cargar los mensajes anteriores.',
  'history.newerFailed': 'No se pudieron cargar los mensajes posteriores. Reintentar',
  'history.start': 'Aquí empieza {name}',
  'history.startDirect': 'Aquí empieza tu conversación con {name}',
  'history.empty': 'Di algo. Quien se una más tarde también podrá leerlo.',
  'history.toNewest': 'Ir al mensaje más reciente',
  'history.toPresent': 'Ir a los mensajes más recientes',
  'history.newLine': 'Mensajes nuevos',
  'note.joined': '{name} se unió',
  'note.left': '{name} salió',
  'note.removed': 'Sacaron a {name}',

  // Messages
  'message.new': { one: '{count} mensaje nuevo', other: '{count} mensajes nuevos' },
  'message.deleted': 'Mensaje eliminado',
  'message.edited': 'editado',
  'message.original': 'Ir al mensaje original',
  'message.sending': 'Enviando',
  'message.notSent': 'No enviado',
  'message.notSentWhy': 'No enviado: {reason}',
  'message.waiting': 'En espera: {reason}',
  'message.retry': 'Reintentar',
  'message.discard': 'Descartar',

  // Actions of a message
  'action.menu': 'Acciones',
  'action.react': 'Reaccionar',
  'action.reactWith': 'Reaccionar con {emoji}',
  'action.otherReaction': 'Otra reacción',
  'action.reply': 'Responder',
  'action.edit': 'Editar',
  'action.delete': 'Eliminar',
  'action.deleteTitle': '¿Eliminar este mensaje?',
  'action.deleteHint': 'Se elimina para todo el mundo y no se puede recuperar.',
  'action.keep': 'Conservarlo',

  // Reactions
  'reactions.list': 'Reacciones',
  'reactions.one': '{emoji} {count}: {names}',
  'reactions.andMore': { one: '{names} y {count} más', other: '{names} y {count} más' },
  'emoji.faces': 'Caras',
  'emoji.hands': 'Manos',
  'emoji.things': 'Cosas',
  'emoji.other': 'Cualquier otro emoji',

  // Composer
  'composer.message': 'Mensaje',
  'composer.placeholder': 'Escribe un mensaje',
  'composer.placeholderSlow': 'Escribe un mensaje (modo lento: uno cada {seconds} s)',
  'composer.left': { one: 'Queda {count}', other: 'Quedan {count}' },
  'composer.tooMany': { one: 'Sobra {count}', other: 'Sobran {count}' },
  'composer.send': 'Enviar',
  'composer.editTitle': 'Edita tu mensaje',
  'composer.replyTo': 'Respuesta a {name}',
  'composer.cancelEdit': 'Cancelar la edición',
  'composer.cancelReply': 'Cancelar la respuesta',
  'composer.editedDeleted': 'El mensaje que estabas editando se eliminó.',
  'composer.answeredDeleted': 'El mensaje al que respondías se eliminó.',
  'composer.mentions': 'Personas que puedes mencionar',

  // People
  'people.title': 'Personas',
  'people.add': 'Agregar',
  'people.addTitle': 'Agregar a alguien',
  'people.online': 'Aquí ahora',
  'people.offline': 'Fuera',
  'people.more': 'Mostrar más personas',
  'people.owner': 'propietario',
  'people.moderator': 'moderador',
  'people.members': { one: '{count} miembro', other: '{count} miembros' },
  'people.leave': 'Salir de la sala',
  'people.find': 'Buscar personas',
  'people.noneFound': 'Nadie tiene ese nombre.',
  'people.none': 'Aún no hay nadie más aquí.',

  // A person
  'person.self': 'Tú, en esta sala',
  'person.title': 'En esta sala',
  'person.role': 'Rol',
  'person.owner': 'Propietario',
  'person.moderator': 'Moderador',
  'person.member': 'Miembro',
  'person.admin': '{role}, administra este servidor',
  'person.message': 'Enviar mensaje',
  'person.remove': 'Sacar',
  'person.ban': 'Vetar',
  'person.block': 'Bloquear',
  'person.unblock': 'Desbloquear',
  'person.isBlocked': 'Has bloqueado a esta persona.',
  'person.blockHint':
    'Las personas que bloqueas no pueden escribirte directamente, agregarte a salas ni notificarte. No se enteran.',
  'person.cannotWrite': 'Has bloqueado a {name}: no puede escribirte aquí.',

  // Profile
  'profile.title': 'Tu perfil',
  'profile.color': 'Color',
  'profile.ownColor': 'Tu color',
  'profile.alerts':
    'Notificarme menciones y mensajes directos mientras esta página no está a la vista',
  'profile.alertsDenied':
    'Las notificaciones de este sitio están bloqueadas en los ajustes de tu navegador.',
  'profile.changePassword': 'Cambiar la contraseña',
  'profile.currentPassword': 'Contraseña actual',
  'profile.newPassword': 'Contraseña nueva',
  'profile.newPasswordHint':
    'Al menos 8 caracteres. Tu sesión se cerrará en los demás dispositivos.',
  'profile.changeIt': 'Cambiarla',
  'profile.passwordChanged': 'La contraseña se ha cambiado.',
  'profile.sessions': 'Dónde tienes la sesión abierta',
  'profile.unknownDevice': 'Dispositivo desconocido',
  'profile.thisDevice': 'Este dispositivo',
  'profile.lastUsed': 'Último uso: {day}, {time}',
  'profile.endSession': 'Cerrar',
  'profile.blocked': 'Personas que has bloqueado',
  'profile.blockedNobody': 'No has bloqueado a nadie.',
  'color.brick': 'Ladrillo',
  'color.saffron': 'Azafrán',
  'color.olive': 'Oliva',
  'color.emerald': 'Esmeralda',
  'color.lagoon': 'Laguna',
  'color.denim': 'Azul vaquero',
  'color.iris': 'Lirio',
  'color.violet': 'Violeta',
  'color.fuchsia': 'Fucsia',
  'color.bark': 'Corteza',

  // Search
  'search.title': 'Buscar',
  'search.messages': 'Buscar mensajes',
  'search.results': 'Resultados',
  'search.hint':
    'Encuentra los mensajes que tienen todas las palabras. La última puede estar incompleta.',
  'search.searching': 'Buscando',
  'search.none': 'No se encontró nada.',
  'search.failed': 'La búsqueda falló.',
  'search.more': 'Mostrar más',
  'search.where': 'en {room} · {day}, {time}',

  // Forms
  'form.required': 'Este campo es obligatorio.',
  'form.tooShort': { one: 'Al menos {count} carácter.', other: 'Al menos {count} caracteres.' },
  'form.tooLong': {
    one: 'Como máximo {count} carácter.',
    other: 'Como máximo {count} caracteres.',
  },
  'form.email': 'Esto no es una dirección de correo electrónico.',
  'form.invalid': 'Esto no es válido.',

  // Refusals by code
  'error.validation_failed': 'Los datos no son válidos.',
  'error.token_missing': 'No has iniciado sesión.',
  'error.token_invalid': 'Tu sesión no es válida aquí. Inicia sesión de nuevo.',
  'error.token_expired': 'Tu sesión ha caducado. Inicia sesión de nuevo.',
  'error.session_revoked': 'Tu sesión se ha cerrado. Inicia sesión de nuevo.',
  'error.invalid_credentials': 'El correo o la contraseña no son correctos.',
  'error.forbidden': 'No tienes permiso para hacer esto.',
  'error.quota_exceeded': 'Ya se alcanzó el máximo permitido.',
  'error.room_not_found': 'Esta sala no existe.',
  'error.message_not_found': 'Este mensaje no existe en esta sala.',
  'error.user_not_found': 'Esta persona no existe.',
  'error.not_found': 'El servidor no conoce esta petición.',
  'error.method_not_allowed': 'El servidor no conoce esta petición.',
  'error.email_taken': 'Ya existe una cuenta con este correo. Inicia sesión con ella.',
  'error.name_taken': 'Alguien ya usa este nombre. Elige otro.',
  'error.room_name_taken': 'Ya hay una sala pública con este nombre. Elige otro.',
  'error.idempotency_mismatch': 'Este mensaje ya se envió con otro texto.',
  'error.last_owner': 'Una sala necesita propietario. Dale antes ese rol a otra persona.',
  'error.payload_too_large': 'Esto es demasiado grande.',
  'error.unsupported_media_type': 'El servidor no acepta este tipo de contenido.',
  'error.rate_limited': 'Demasiadas peticiones. Espera un momento.',
  'error.internal_error': 'Hubo un error en el servidor, que ha quedado registrado.',
  'error.overloaded': 'El servidor está ocupado. Espera un momento.',
  'error.shutting_down': 'El servidor se está deteniendo. Vuelve en un momento.',
  'error.unavailable': 'El servidor no puede hacer esto ahora. Inténtalo de nuevo.',
  'error.unreachable': 'No se puede conectar con el servidor.',
  'error.not_member': 'Ya no perteneces a esta sala',
  'error.flooding': 'Se envió demasiado a la vez. Espera un momento.',
  'error.not_accepted':
    'El servidor no acepta más conexiones en vivo. Si tienes muchas ventanas o dispositivos abiertos, cierra algunos.',
  'error.unknown': 'El servidor rechazó esto.',
  'error.wait': {
    one: '{message} Inténtalo de nuevo en {count} s.',
    other: '{message} Inténtalo de nuevo en {count} s.',
  },
};
