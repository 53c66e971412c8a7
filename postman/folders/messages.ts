import type { Folder } from '../step.ts';

export const messages: Folder = {
  name: '4 Messages',
  description:
    'A room is a log of events, numbered 1, 2, 3 … without hole or repeat. A message is named by the number (`seq`) of the ' +
    'event that created it. A 201 means that it is on disk.',
  steps: [
    {
      name: 'Ana sends a message',
      route: 'POST /rooms/{roomId}/messages',
      body: { json: { text: '¡Hola, @Bo {{run}}! 👋', clientMsgId: 'hello' } },
      status: 201,
      tests: {
        'the text is as sent': ['body.text', '¡Hola, @Bo {{run}}! 👋'],
        'Bo is mentioned': ['body.mentions.join()', '{{boId}}'],
      },
      keep: { messageSeq: 'body.seq' },
    },
    {
      name: 'Ana sends it again: nothing is written twice',
      route: 'POST /rooms/{roomId}/messages',
      note: 'As after a connection that broke: was it stored? The same `clientMsgId` settles it, today or next year.',
      body: { json: { text: '¡Hola, @Bo {{run}}! 👋', clientMsgId: 'hello' } },
      status: 200,
      tests: { 'it is the first message': ['body.seq', '{{messageSeq}}'] },
    },
    {
      name: 'The same clientMsgId with another text (409)',
      route: 'POST /rooms/{roomId}/messages',
      body: { json: { text: 'something else', clientMsgId: 'hello' } },
      status: 409,
      code: 'idempotency_mismatch',
    },
    {
      name: 'An empty message (400)',
      route: 'POST /rooms/{roomId}/messages',
      body: { json: { text: '   ' } },
      status: 400,
      code: 'validation_failed',
    },
    {
      name: 'Bo replies',
      route: 'POST /rooms/{roomId}/messages',
      as: 'bo',
      body: { json: { text: 'Tomatoes and bread', replyTo: '{{messageSeq}}' } },
      status: 201,
      tests: { 'it is a reply': ['body.replyTo', '{{messageSeq}}'] },
      keep: { replySeq: 'body.seq' },
    },
    {
      name: 'Ana reads the history',
      route: 'GET /rooms/{roomId}/messages',
      query: { limit: '50' },
      note: 'The newest that fit. For the page before it, send `before` with the first `seq` of this one.',
      status: 200,
      tests: {
        'both messages are there, in order': [
          "body.messages.map(({ seq }) => seq).join(', ')",
          '{{messageSeq}}, {{replySeq}}',
        ],
        'there are no older ones': ['body.hasMore', false],
      },
    },
    {
      name: 'Ana has a message to read',
      route: 'GET /rooms/{roomId}',
      status: 200,
      tests: { 'it is counted': ['body.unreadCount', 1] },
    },
    {
      name: 'Ana marks the room as read',
      route: 'PUT /rooms/{roomId}/read',
      body: { json: { seq: '{{replySeq}}' } },
      status: 200,
      tests: {
        'nothing is unread': ['body.unreadCount', 0],
        'the marker is there': ['body.lastReadSeq', '{{replySeq}}'],
      },
    },
    {
      name: 'Bo corrects his message',
      route: 'PATCH /rooms/{roomId}/messages/{seq}',
      as: 'bo',
      path: { seq: '{{replySeq}}' },
      body: { json: { text: 'Tomatoes, bread and olives' } },
      status: 200,
      tests: {
        'the text is new': ['body.text', 'Tomatoes, bread and olives'],
        'it says that it was edited': ['body.editedAt !== null', true],
      },
    },
    {
      name: "Ana cannot edit Bo's (403)",
      route: 'PATCH /rooms/{roomId}/messages/{seq}',
      path: { seq: '{{replySeq}}' },
      body: { json: { text: 'Only bread' } },
      status: 403,
      code: 'forbidden',
    },
    {
      name: 'Ana reacts',
      route: 'PUT /rooms/{roomId}/messages/{seq}/reactions/{emoji}',
      path: { seq: '{{replySeq}}', emoji: '👍' },
      note: 'Any emoji; in a URL it is percent-encoded, as Postman does it.',
      status: 204,
    },
    {
      name: 'A reaction that is no emoji (400)',
      route: 'PUT /rooms/{roomId}/messages/{seq}/reactions/{emoji}',
      path: { seq: '{{replySeq}}', emoji: 'yes' },
      status: 400,
      code: 'validation_failed',
    },
    {
      name: 'Bo reads one message',
      route: 'GET /rooms/{roomId}/messages/{seq}',
      as: 'bo',
      path: { seq: '{{replySeq}}' },
      status: 200,
      tests: {
        'the reaction is there': ['body.reactions[0].emoji', '👍'],
        'it is of Ana': ['body.reactions[0].userIds.join()', '{{anaId}}'],
      },
    },
    {
      name: 'Ana takes the reaction back',
      route: 'DELETE /rooms/{roomId}/messages/{seq}/reactions/{emoji}',
      path: { seq: '{{replySeq}}', emoji: '👍' },
      status: 204,
    },
    {
      name: 'Ana searches',
      route: 'GET /search',
      query: { q: 'olives toma', roomId: '{{roomId}}' },
      note: 'The last word may be incomplete.',
      status: 200,
      tests: {
        'the message is found': ['body.results[0].message.seq', '{{replySeq}}'],
        'it says in which room': ['body.results[0].room.name', 'Kitchen {{run}}'],
      },
    },
    {
      name: 'Bo deletes his message',
      route: 'DELETE /rooms/{roomId}/messages/{seq}',
      as: 'bo',
      path: { seq: '{{replySeq}}' },
      status: 204,
    },
    {
      name: 'Its number stays, its text is gone',
      route: 'GET /rooms/{roomId}/messages/{seq}',
      path: { seq: '{{replySeq}}' },
      status: 200,
      tests: {
        'there is no text': ['body.text', ''],
        'it says that it was deleted': ['body.deletedAt !== null', true],
      },
    },
    {
      name: 'A message that never was (404)',
      route: 'GET /rooms/{roomId}/messages/{seq}',
      path: { seq: '999999' },
      status: 404,
      code: 'message_not_found',
    },
  ],
};
