import type { Folder } from '../step.ts';

export const away: Folder = {
  name: '7 Notifications for people who are away',
  description:
    'How loud a room is, and Web Push for browsers whose pages are closed. The subscription is made up: no push service ' +
    'knows it, and it is deleted before anything is sent to it.',
  steps: [
    {
      name: 'Ana wants to know of every message',
      route: 'PUT /rooms/{roomId}/notify',
      body: { json: { level: 'all' } },
      status: 200,
      tests: { 'the room says so': ['body.notify', 'all'] },
    },
    {
      name: 'A level that does not exist (400)',
      route: 'PUT /rooms/{roomId}/notify',
      body: { json: { level: 'loud' } },
      status: 400,
      code: 'validation_failed',
    },
    {
      name: 'Ana gets the key of the server',
      route: 'GET /push/key',
      note: '`applicationServerKey` of `PushManager.subscribe()`.',
      status: 200,
      tests: { 'it is a P-256 key in base64url': ['body.publicKey.length', 87] },
    },
    {
      name: 'Ana subscribes a browser',
      route: 'PUT /push/subscription',
      body: {
        json: {
          endpoint: 'https://push.example.org/send/{{run}}',
          expirationTime: null,
          keys: {
            p256dh:
              'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
            auth: 'BTBZMqHH6r4Tts7J_aSIgg',
          },
        },
      },
      status: 204,
    },
    {
      name: 'Ana unsubscribes it',
      route: 'DELETE /push/subscription',
      body: { json: { endpoint: 'https://push.example.org/send/{{run}}' } },
      status: 204,
    },
  ],
};
