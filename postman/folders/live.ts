import type { Folder } from '../step.ts';

export const live: Folder = {
  name: '10 Live: WebSocket and server-sent events',
  description: `Postman keeps WebSocket requests outside of collections like this one, so they are opened by hand. \`node postman/live.ts\` does the same in a terminal. This folder can be used at any time after folder 1.

**A room over a WebSocket**

1. Send *Ana logs in on a second device* and *Find the room general*.
2. Send *Get a ticket*. A ticket replaces the token in a URL: it is good once, for 30 seconds. Postman's console (at the bottom) shows the whole URL: \`ws://localhost:3000/ws/chat/{{generalId}}?token={{ticket}}\` for a server at \`http://localhost:3000\`, and \`wss:\` for one with https.
3. New → WebSocket, paste the URL, Connect.
4. The server sends \`welcome\` and \`live\`. Send the message \`{ "type": "send", "text": "from a socket", "ref": "1" }\`; the \`ack\` with the same \`ref\` says that it is on disk.
5. To reconnect and miss nothing, get a new ticket, and add \`&after=\` with the last \`seq\` that you have.

**All your rooms over server-sent events**

1. Send *Ana logs in on a second device*, if you have not, and *Get a ticket*.
2. Within 30 seconds, send *Follow all your rooms*. Its URL is \`{{baseUrl}}/notifications?token={{ticket}}\`, and Postman shows each event as it comes.
3. To reconnect and miss nothing, add the last \`id\` that you have as the header \`Last-Event-ID\`.

\`{{baseUrl}}/docs/asyncapi\` describes every command, event and close code.`,
  steps: [
    {
      name: 'Ana logs in on a second device',
      route: 'POST /auth/login',
      body: { json: { email: 'ana.{{run}}@example.org', password: '{{password}}' } },
      status: 200,
      keep: { secondToken: 'body.token' },
    },
    {
      name: 'Find the room general',
      route: 'GET /rooms',
      as: 'second',
      query: { scope: 'public', query: 'general' },
      note: 'Every new server has it.',
      status: 200,
      keep: { generalId: "body.rooms.find(({ name }) => name === 'general').id" },
    },
    {
      name: 'Get a ticket',
      route: 'POST /auth/ticket',
      as: 'second',
      status: 201,
      tests: {
        'it ends within a minute': ['Date.parse(body.expiresAt) < Date.now() + 60_000', true],
      },
      keep: { ticket: 'body.ticket' },
      after: [
        "const url = pm.variables.replaceIn('{{baseUrl}}/ws/chat/{{generalId}}?token={{ticket}}');",
        "console.log(url.replace(/^http/, 'ws'));",
      ],
    },
    {
      name: 'Use it up',
      route: 'GET /streams/rooms/{roomId}',
      as: 'nobody',
      path: { roomId: '{{generalId}}' },
      query: { offset: 'now', token: '{{ticket}}' },
      note: 'A ticket is good wherever a URL takes `token`, once. Leave this one out when you send the next one by hand.',
      status: 200,
      tests: { 'nothing has come after now': ['body.length', 0] },
    },
    {
      name: 'Follow all your rooms (server-sent events)',
      route: 'GET /notifications',
      as: 'nobody',
      query: { token: '{{ticket}}' },
      note:
        'When the collection runs from top to bottom, the ticket is used up, and the test expects 401, because a stream ' +
        'would not end by itself. To see the stream, send *Get a ticket* and then this.',
      status: 401,
      code: 'token_invalid',
    },
    {
      name: "A room's socket by ordinary HTTP (404)",
      route: 'GET /ws/chat/{roomId}',
      as: 'second',
      path: { roomId: '{{generalId}}' },
      note: 'Only the handshake of a WebSocket is answered there. The description of the folder says how to open one.',
      status: 404,
      code: 'not_found',
    },
    {
      name: 'Ana logs out there',
      route: 'POST /auth/logout',
      as: 'second',
      note: 'The sockets and streams of this session close: a socket with 4002.',
      status: 204,
    },
  ],
};
