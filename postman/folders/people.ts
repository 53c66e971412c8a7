import type { Folder } from '../step.ts';

export const people: Folder = {
  name: '2 People',
  description:
    'The own account, the directory of people, and blocking. Ids are opaque: take them from responses.',
  steps: [
    {
      name: 'Ana gets her account',
      route: 'GET /users/me',
      status: 200,
      tests: { 'it is hers': ['body.id', '{{anaId}}'] },
    },
    {
      name: 'Ana chooses a colour',
      route: 'PATCH /users/me',
      body: { json: { color: '#0f766e' } },
      status: 200,
      tests: { 'the colour is new': ['body.color', '#0f766e'] },
    },
    {
      name: 'Ana wants the name of Bo (409)',
      route: 'PATCH /users/me',
      note: 'Names are unique without case, so that `@name` is one person.',
      body: { json: { name: 'BO {{run}}' } },
      status: 409,
      code: 'name_taken',
    },
    {
      name: 'Ana sends a field that does not exist (400)',
      route: 'PATCH /users/me',
      note: 'Unknown fields are refused, not dropped: a misspelt field is noticed.',
      body: { json: { colour: '#0f766e' } },
      status: 400,
      code: 'validation_failed',
    },
    {
      name: 'Ana looks for Bo',
      route: 'GET /users',
      query: { query: 'bo {{run}}', limit: '10' },
      status: 200,
      tests: {
        'she finds him alone': ['body.users.map(({ name }) => name).join()', 'Bo {{run}}'],
        'emails are for oneself': ['body.users[0].email', undefined],
      },
    },
    {
      name: 'Ana looks at Bo',
      route: 'GET /users/{userId}',
      path: { userId: '{{boId}}' },
      status: 200,
      tests: { 'it is Bo': ['body.name', 'Bo {{run}}'] },
    },
    {
      name: 'Somebody who does not exist (404)',
      route: 'GET /users/{userId}',
      path: { userId: 'nobody' },
      status: 404,
      code: 'user_not_found',
    },
    {
      name: 'Bo blocks Ana',
      route: 'PUT /users/{userId}/block',
      as: 'bo',
      path: { userId: '{{anaId}}' },
      status: 204,
    },
    {
      name: 'Bo lists whom he has blocked',
      route: 'GET /users/me/blocks',
      as: 'bo',
      status: 200,
      tests: { 'it is Ana': ['body.users.map(({ id }) => id).join()', '{{anaId}}'] },
    },
    {
      name: 'Ana wants to talk to Bo alone (403)',
      route: 'POST /direct',
      body: { json: { userId: '{{boId}}' } },
      status: 403,
      code: 'forbidden',
    },
    {
      name: 'Bo unblocks Ana',
      route: 'DELETE /users/{userId}/block',
      as: 'bo',
      path: { userId: '{{anaId}}' },
      status: 204,
    },
  ],
};
