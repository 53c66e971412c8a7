import type { Folder } from '../step.ts';

export const goodbye: Folder = {
  name: '13 Goodbye',
  description:
    'The rooms are deleted and the sessions ended. The two accounts stay; they have random passwords.',
  steps: [
    {
      name: 'Ana takes her data with her',
      route: 'GET /users/me/export',
      status: 200,
      tests: {
        'it is a zip': ["pm.response.headers.get('Content-Type')", 'application/zip'],
        'to be saved': [
          "pm.response.headers.get('Content-Disposition')",
          'attachment; filename="charla-export.zip"',
        ],
        'it begins as one': ['pm.response.text().slice(0, 2)', 'PK'],
      },
    },
    {
      name: 'Bo cannot delete the room (403)',
      route: 'DELETE /rooms/{roomId}',
      as: 'bo',
      status: 403,
      code: 'forbidden',
    },
    { name: 'Ana deletes the kitchen', route: 'DELETE /rooms/{roomId}', status: 204 },
    {
      name: 'Ana deletes the private room',
      route: 'DELETE /rooms/{roomId}',
      path: { roomId: '{{privateRoomId}}' },
      status: 204,
    },
    {
      name: 'The kitchen is gone (404)',
      route: 'GET /rooms/{roomId}/messages',
      status: 404,
      code: 'room_not_found',
    },
    { name: 'Bo logs out', route: 'POST /auth/logout', as: 'bo', status: 204 },
    { name: 'Ana logs out', route: 'POST /auth/logout', status: 204 },
    {
      name: 'Her token is dead (401)',
      route: 'GET /users/me',
      status: 401,
      code: 'session_revoked',
    },
  ],
};
