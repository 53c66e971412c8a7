import type { Folder } from '../step.ts';

export const moderation: Folder = {
  name: '9 Keeping order',
  description:
    'Removing people from a room, and keeping them out. Nobody acts on a role above their own.',
  steps: [
    {
      name: 'Bo, a moderator, cannot remove an owner (403)',
      route: 'DELETE /rooms/{roomId}/users/{userId}',
      as: 'bo',
      path: { userId: '{{anaId}}' },
      status: 403,
      code: 'forbidden',
    },
    {
      name: 'Ana bans Bo',
      route: 'DELETE /rooms/{roomId}/users/{userId}',
      path: { userId: '{{boId}}' },
      query: { ban: 'true' },
      note: 'Without `ban=true` he could come back. His sockets in this room close with 4003.',
      status: 204,
    },
    {
      name: 'Bo cannot read the room any more (403)',
      route: 'GET /rooms/{roomId}',
      as: 'bo',
      status: 403,
      code: 'forbidden',
    },
    {
      name: 'Bo cannot come back (403)',
      route: 'POST /rooms/{roomId}/join',
      as: 'bo',
      status: 403,
      code: 'forbidden',
    },
    {
      name: 'Ana lists who is banned',
      route: 'GET /rooms/{roomId}/bans',
      status: 200,
      tests: { 'it is Bo': ['body.users.map(({ id }) => id).join()', '{{boId}}'] },
    },
    {
      name: 'Ana lifts the ban',
      route: 'DELETE /rooms/{roomId}/bans/{userId}',
      path: { userId: '{{boId}}' },
      status: 204,
    },
    {
      name: 'Bo joins again',
      route: 'POST /rooms/{roomId}/join',
      as: 'bo',
      status: 200,
      tests: { 'as a plain member': ['body.role', 'member'] },
    },
    {
      name: 'Ana turns on slow mode',
      route: 'PATCH /rooms/{roomId}',
      body: { json: { slowModeSeconds: 3600 } },
      status: 200,
      tests: { 'it is on': ['body.slowModeSeconds', 3600] },
    },
    {
      name: 'Bo says something too soon after his last message (429)',
      route: 'POST /rooms/{roomId}/messages',
      as: 'bo',
      note: 'Slow mode, and all other limits, answer with `Retry-After`: the seconds to wait.',
      body: { json: { text: 'Is there coffee?' } },
      status: 429,
      code: 'rate_limited',
      tests: {
        'it says when to try again': ["Number(pm.response.headers.get('Retry-After')) > 0", true],
      },
    },
  ],
};
