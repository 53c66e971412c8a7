import type { Folder } from '../step.ts';

export const integrations: Folder = {
  name: '8 Integrations',
  description:
    'What happens in a room is sent to another program, and programs post to it. The receiver is made up: nothing happens in the room before the ' +
    'hook is deleted, so nothing is sent.',
  steps: [
    {
      name: 'Ana has messages sent to a program',
      route: 'POST /rooms/{roomId}/hooks/outgoing',
      body: { json: { url: 'https://ci.example.org/charla', events: ['message.created'] } },
      status: 201,
      tests: { 'its secret is shown, this once': ['body.secret.slice(0, 6)', 'whsec_'] },
      keep: { hookId: 'body.id' },
    },
    {
      name: 'Ana names what is no web server (400)',
      route: 'POST /rooms/{roomId}/hooks/outgoing',
      body: { json: { url: 'ftp://ci.example.org/charla' } },
      status: 400,
      code: 'validation_failed',
    },
    {
      name: 'Ana looks how her hooks fare',
      route: 'GET /rooms/{roomId}/hooks',
      status: 200,
      tests: {
        'it works so far': ['body.hooks[0].state', 'active'],
        'it is not behind': ['body.hooks[0].behind.events', 0],
        'its secret is not shown': ['body.hooks[0].secret === undefined', true],
      },
    },
    {
      name: 'Ana has it tried at once',
      route: 'POST /rooms/{roomId}/hooks/{hookId}/resume',
      status: 204,
    },
    {
      name: 'Ana deletes it',
      route: 'DELETE /rooms/{roomId}/hooks/{hookId}',
      status: 204,
    },
    {
      name: 'It is gone (404)',
      route: 'DELETE /rooms/{roomId}/hooks/{hookId}',
      status: 404,
      code: 'not_found',
    },
    {
      name: 'Ana makes an API token',
      route: 'POST /users/me/tokens',
      body: { json: { name: 'Nightly build' } },
      status: 201,
      tests: {
        'it begins as all of them do': ["body.token.startsWith('chr_')", true],
        'it does not expire': ['body.expiresAt', null],
      },
      keep: { tokenId: 'body.id' },
    },
    {
      name: 'She sees it in her list, without what it is used by',
      route: 'GET /users/me/tokens',
      status: 200,
      tests: { 'it is there': ['body.tokens[0].id', '{{tokenId}}'] },
    },
    { name: 'She revokes it', route: 'DELETE /users/me/tokens/{tokenId}', status: 204 },
    {
      name: 'Ana makes an incoming webhook',
      route: 'POST /rooms/{roomId}/hooks/incoming',
      body: { json: { name: 'Grafana {{run}}' } },
      status: 201,
      keep: { hookId: 'body.id', secret: "body.url.split('/').at(-1)" },
    },
    {
      name: 'A program posts by it',
      route: 'POST /hooks/{secret}',
      body: { json: { text: 'Build <https://ci.example.org/42|42> has passed', channel: '#ops' } },
      status: 200,
      tests: { 'it is answered as Slack answers': ['pm.response.text()', 'ok'] },
    },
    {
      name: 'Nothing to read in it (400)',
      route: 'POST /hooks/{secret}',
      body: { json: { channel: '#ops' } },
      status: 400,
      code: 'validation_failed',
    },
    {
      name: 'Ana lists the webhooks of the room',
      route: 'GET /rooms/{roomId}/hooks',
      status: 200,
      tests: { 'it is there': ['body.hooks[0].id', '{{hookId}}'] },
    },
    {
      name: 'She deletes it',
      route: 'DELETE /rooms/{roomId}/hooks/{hookId}',
      status: 204,
    },
  ],
};
