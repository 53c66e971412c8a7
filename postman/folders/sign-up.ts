import type { Folder } from '../step.ts';

export const signUp: Folder = {
  name: '1 Sign up and log in',
  description:
    'Two people, Ana and Bo, get accounts. Their names and emails end in `{{run}}`, which is new in each run, so that ' +
    'the collection can run again on the same server; their password is random. All later requests send a token, ' +
    "Ana's where nothing else is said.",
  steps: [
    {
      name: 'Is the server alive?',
      route: 'GET /health',
      before: [
        "pm.collectionVariables.set('run', Date.now().toString(36) + Math.random().toString(36).slice(2, 5));",
        "pm.collectionVariables.set('password', pm.variables.replaceIn('{{$guid}}'));",
      ],
      status: 200,
      tests: { 'it is': ['body.status', 'ok'] },
    },
    {
      name: 'Can it handle requests?',
      route: 'GET /ready',
      note: 'For load balancers: 503 while the server stops, or without its database.',
      status: 200,
      tests: { 'it can': ['body.status', 'ok'] },
    },
    {
      name: 'Ana signs up',
      route: 'POST /auth/register',
      body: {
        json: { email: 'ana.{{run}}@example.org', password: '{{password}}', name: 'Ana {{run}}' },
      },
      status: 201,
      tests: {
        'the name is hers': ['body.user.name', 'Ana {{run}}'],
        'she sees her own email': ['body.user.email', 'ana.{{run}}@example.org'],
        'she is not an admin': ['body.user.isAdmin', false],
        'the token ends in the future': ['Date.parse(body.expiresAt) > Date.now()', true],
      },
      keep: { anaToken: 'body.token', anaId: 'body.user.id' },
    },
    {
      name: 'Bo signs up',
      route: 'POST /auth/register',
      body: {
        json: { email: 'bo.{{run}}@example.org', password: '{{password}}', name: 'Bo {{run}}' },
      },
      status: 201,
      tests: { 'the name is his': ['body.user.name', 'Bo {{run}}'] },
      keep: { boToken: 'body.token', boId: 'body.user.id' },
    },
    {
      name: 'A password that is too short (400)',
      route: 'POST /auth/register',
      note: '`details` says which field does not fit, and why.',
      body: {
        json: { email: 'cleo.{{run}}@example.org', password: 'short', name: 'Cleo {{run}}' },
      },
      status: 400,
      code: 'validation_failed',
      tests: { 'the details name the field': ['body.details[0].path', '/password'] },
    },
    {
      name: 'A body that is not JSON (415)',
      route: 'POST /auth/login',
      body: { text: 'ana@example.org', type: 'text/plain' },
      status: 415,
      code: 'unsupported_media_type',
    },
    {
      name: 'Ana logs in with a wrong password (401)',
      route: 'POST /auth/login',
      note: 'An unknown email gets the same answer. After ten wrong passwords in a minute, it is 429 with `Retry-After`.',
      body: { json: { email: 'ana.{{run}}@example.org', password: 'not her password' } },
      status: 401,
      code: 'invalid_credentials',
    },
    {
      name: 'Ana logs in on a second device',
      route: 'POST /auth/login',
      note: 'Each login is a session of its own; this one is ended below.',
      body: { json: { email: 'ANA.{{run}}@example.org', password: '{{password}}' } },
      status: 200,
      tests: { 'emails have no case': ['body.user.id', '{{anaId}}'] },
      keep: { secondToken: 'body.token' },
    },
    {
      name: 'Ana lists her sessions',
      route: 'GET /auth/sessions',
      status: 200,
      tests: {
        'there are two': ['body.sessions.length', 2],
        'one is the current one': ['body.sessions.filter(({ current }) => current).length', 1],
      },
      keep: { sessionId: 'body.sessions.find(({ current }) => !current).id' },
    },
    {
      name: 'Ana ends the session of the second device',
      route: 'DELETE /auth/sessions/{sessionId}',
      status: 204,
    },
    {
      name: 'Its token is dead (401)',
      route: 'GET /users/me',
      as: 'second',
      status: 401,
      code: 'session_revoked',
    },
    {
      name: 'Ana renews her token',
      route: 'POST /auth/refresh',
      note: 'Before `expiresAt`. Programs that run for weeks do it all the time.',
      status: 200,
      tests: { 'the session is the same person': ['body.user.id', '{{anaId}}'] },
      keep: { anaToken: 'body.token' },
    },
    {
      name: 'Without a token (401)',
      route: 'GET /users/me',
      as: 'nobody',
      status: 401,
      code: 'token_missing',
    },
    {
      name: 'The ways to sign in',
      route: 'GET /auth/methods',
      status: 200,
      tests: { 'says whether there is mail': ['typeof body.mail', 'boolean'] },
    },
    {
      name: 'A mail for a forgotten password',
      route: 'POST /auth/forgot',
      note: 'Needs `SMTP_URL`.',
      body: { json: { email: 'nobody.{{run}}@example.org' } },
      status: [204, 404],
    },
    {
      name: 'Ask whether to stop summaries by mail (401)',
      route: 'GET /unsubscribe',
      note: 'The link in a summary has a `token` that works.',
      query: { token: 'nobody' },
      status: 401,
      code: 'token_invalid',
    },
    {
      name: 'Stop summaries by mail (401)',
      route: 'POST /unsubscribe',
      note: 'What a mail program sends for its user, by the link in a summary.',
      query: { token: 'nobody' },
      status: 401,
      code: 'token_invalid',
    },
    {
      name: 'Off to the OpenID provider',
      route: 'GET /auth/oidc',
      note: 'Needs `OIDC_ISSUER`. It redirects to the page where people sign in.',
      status: [302, 404],
    },
    {
      name: 'Back from the OpenID provider',
      route: 'GET /auth/oidc/callback',
      note: 'Needs `OIDC_ISSUER`. Without the cookie of a sign-in, it leads to the page, which says so.',
      status: [302, 404],
    },
    {
      name: 'Out at the OpenID provider, too',
      route: 'GET /auth/oidc/logout',
      note: 'Needs `OIDC_ISSUER`. It redirects to where the provider signs people out, if it does.',
      status: [302, 404],
    },
    {
      name: 'The session after that sign-in',
      route: 'POST /auth/oidc/session',
      note: 'Needs `OIDC_ISSUER`, and the cookie that the provider’s sign-in has left.',
      status: [401, 404],
    },
  ],
};
