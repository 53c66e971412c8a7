// @ts-check

/**
 * The page's texts in English; its keys are the keys of every language. `{name}` stands for a value. A text that
 * counts `{count}` has a form for each plural category of its language (`Intl.PluralRules`).
 */
export const texts = {
  // Messages
  'message.new': { one: '{count} new message', other: '{count} new messages' },

  // Composer
  'composer.replyTo': 'Reply to {name}',

  // Connection
  'connection.connected': 'Connected',
  'connection.reconnecting': 'Reconnecting…',
  'connection.offline': 'Offline',
  'connection.tryNow': 'Try now',
};
