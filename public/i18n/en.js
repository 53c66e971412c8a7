// @ts-check

/**
 * The page's texts in English; its keys are the keys of every language. `{name}` stands for a value. A text that
 * counts `{count}` has a form for each plural category of its language (`Intl.PluralRules`).
 */
export const texts = {
  // Messages
  'message.new': { one: '{count} new message', other: '{count} new messages' },

  // Long rooms: jumps and the search in a room
  'jump.toUnread': { one: 'Go to {count} unread', other: 'Go to the first of {count} unread' },
  'jump.toDate': 'Go to a date',
  'jump.date': 'Date',
  'jump.dateHint': 'Shows the first message of that day, or the next one after it.',
  'jump.go': 'Go',
  'jump.manyNew': 'More than {count} new messages',
  'jump.loading': 'Loading messages',
  'jump.failed': 'The messages could not be loaded.',
  'jump.again': 'Try again',
  'search.thisRoom': 'Search this room',
  'search.inRoom': 'In {room}',
  'search.everywhere': 'Search everywhere',
  'search.backToRoom': 'Back to the room',

  // Composer
  'composer.replyTo': 'Reply to {name}',
};
