import type { Folder } from '../step.ts';

const skipWithoutAdmin = [
  "if (!pm.variables.get('setupCode') || !pm.variables.get('adminPassword')) pm.execution.skipRequest();",
];

export const administration: Folder = {
  name: '11 Administration',
  description:
    'An admin is made by the setup code, which a server logs at its start as long as it has no admin. Put it into ' +
    '`setupCode` of the environment, and a password of your choice into `adminPassword`. Without these two, all but the ' +
    'first request are skipped. Where your server has an admin already, set `adminEmail` and `adminPassword` to theirs, and ' +
    '`setupCode` to anything.',
  steps: [
    {
      name: 'Ana is no admin (403)',
      route: 'PATCH /admin/users/{userId}',
      path: { userId: '{{boId}}' },
      body: { json: { isDisabled: true } },
      status: 403,
      code: 'forbidden',
    },
    {
      name: 'Create the admin, unless there is one',
      route: 'POST /auth/register',
      before: skipWithoutAdmin,
      note: '201 the first time; 403 once the server has an admin, because the setup code is over then.',
      body: {
        json: {
          email: '{{adminEmail}}',
          password: '{{adminPassword}}',
          name: 'Admin',
          setupCode: '{{setupCode}}',
        },
      },
      status: [201, 403],
    },
    {
      name: 'The admin logs in',
      route: 'POST /auth/login',
      before: skipWithoutAdmin,
      body: { json: { email: '{{adminEmail}}', password: '{{adminPassword}}' } },
      status: 200,
      tests: { 'it is an admin': ['body.user.isAdmin', true] },
      keep: { adminToken: 'body.token' },
    },
    {
      name: 'The admin disables the account of Bo',
      route: 'PATCH /admin/users/{userId}',
      as: 'admin',
      before: skipWithoutAdmin,
      path: { userId: '{{boId}}' },
      body: { json: { isDisabled: true } },
      status: 200,
      tests: { 'it is disabled': ['body.isDisabled', true] },
    },
    {
      name: 'His sessions have ended (401)',
      route: 'GET /users/me',
      as: 'bo',
      before: skipWithoutAdmin,
      status: 401,
      code: 'session_revoked',
    },
    {
      name: 'The admin enables it again',
      route: 'PATCH /admin/users/{userId}',
      as: 'admin',
      before: skipWithoutAdmin,
      path: { userId: '{{boId}}' },
      body: { json: { isDisabled: false } },
      status: 200,
      tests: { 'it is enabled': ['body.isDisabled', false] },
    },
    {
      name: 'Bo logs in again',
      route: 'POST /auth/login',
      before: skipWithoutAdmin,
      body: { json: { email: 'bo.{{run}}@example.org', password: '{{password}}' } },
      status: 200,
      keep: { boToken: 'body.token' },
    },
    {
      name: 'Ana makes no reset link (403)',
      route: 'POST /admin/users/{userId}/reset-link',
      path: { userId: '{{boId}}' },
      status: 403,
      code: 'forbidden',
    },
    {
      name: 'The admin makes a link by which Bo sets a new password',
      route: 'POST /admin/users/{userId}/reset-link',
      as: 'admin',
      before: skipWithoutAdmin,
      path: { userId: '{{boId}}' },
      status: 201,
      keep: { resetToken: "body.url.split('?reset=')[1]" },
    },
    {
      name: 'Bo sets a new password by the link',
      route: 'POST /auth/reset',
      before: skipWithoutAdmin,
      body: { json: { token: '{{resetToken}}', password: '{{password}}' } },
      status: 200,
      keep: { boToken: 'body.token' },
    },
    {
      name: 'The link works only once (401)',
      route: 'POST /auth/reset',
      before: skipWithoutAdmin,
      body: { json: { token: '{{resetToken}}', password: '{{password}}' } },
      status: 401,
      code: 'token_invalid',
    },
    {
      name: 'The admin makes an invite onto the server',
      route: 'POST /invites',
      as: 'admin',
      before: skipWithoutAdmin,
      note: 'For servers with `REGISTRATION=invite`: its `code` is the `invite` of `POST /auth/register`.',
      status: 201,
      tests: { 'it is for no room': ['body.roomId', null] },
      keep: { code: 'body.code' },
    },
    {
      name: 'The admin lists the invites onto the server',
      route: 'GET /invites',
      as: 'admin',
      before: skipWithoutAdmin,
      status: 200,
      tests: {
        'it is among them': [
          "body.invites.some(({ code }) => code === pm.variables.get('code'))",
          true,
        ],
      },
    },
    {
      name: 'The admin revokes it',
      route: 'DELETE /invites/{code}',
      as: 'admin',
      before: skipWithoutAdmin,
      status: 204,
    },
    {
      name: 'The admin logs out',
      route: 'POST /auth/logout',
      as: 'admin',
      before: skipWithoutAdmin,
      status: 204,
    },
  ],
};
