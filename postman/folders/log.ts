import type { Folder } from '../step.ts';

export const log: Folder = {
  name: '5 The log of a room',
  description:
    'For programs that poll: everything that happened in a room, in order, from any point on. The second form is that of ' +
    'the open Durable Streams protocol. Programs that want events at once are better off in folder 9.',
  steps: [
    {
      name: 'Ana reads what happened since her message',
      route: 'GET /rooms/{roomId}/events',
      query: { after: '{{messageSeq}}', limit: '200' },
      status: 200,
      tests: {
        'the first event is the next one': ['body.events[0].seq', '{{replySeq}}'],
        'there is no hole': [
          'body.events.every(({ seq }, i) => seq === body.events[0].seq + i)',
          true,
        ],
        'the last one is the head': ['body.events.at(-1).seq === body.head', true],
      },
    },
    {
      name: 'Ana reads the log as a durable stream',
      route: 'GET /streams/rooms/{roomId}',
      query: { offset: '-1' },
      status: 200,
      tests: {
        'it begins at 1': ['body[0].seq', 1],
        'nothing more has happened yet': ["pm.response.headers.get('Stream-Up-To-Date')", 'true'],
      },
      keep: {
        offset: "pm.response.headers.get('Stream-Next-Offset')",
        etag: "pm.response.headers.get('ETag')",
      },
    },
    {
      name: 'The same again, if it has changed (304)',
      route: 'GET /streams/rooms/{roomId}',
      query: { offset: '-1' },
      headers: { 'If-None-Match': '{{etag}}' },
      status: 304,
    },
    {
      name: 'Bo says one thing more',
      route: 'POST /rooms/{roomId}/messages',
      as: 'bo',
      body: { json: { text: 'I will bring coffee' } },
      status: 201,
      keep: { coffeeSeq: 'body.seq' },
    },
    {
      name: 'Ana continues where she was, and waits for more',
      route: 'GET /streams/rooms/{roomId}',
      query: { offset: '{{offset}}', live: 'long-poll' },
      note: 'Send it once more with the new `Stream-Next-Offset`: it waits up to 20 s for the next event, then it is 204.',
      status: 200,
      tests: {
        'there is one new event': ['body.length', 1],
        'it is the message of Bo': ['body[0].seq', '{{coffeeSeq}}'],
      },
    },
    {
      name: 'An offset of another database (410)',
      route: 'GET /streams/rooms/{roomId}',
      query: { offset: 'another{{offset}}' },
      note: 'As after a restored backup: read again from `-1`.',
      status: 410,
      code: 'validation_failed',
    },
  ],
};
