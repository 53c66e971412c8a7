import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const ROOT = new URL('../../public/', import.meta.url).pathname;
const files = globSync('**/*.js', { cwd: ROOT });

const filesWith = (pattern: RegExp) =>
  files.filter((file) => pattern.test(readFileSync(ROOT + file, 'utf8')));

it('holds every path of the server in client/api.js, or in a part of it', () => {
  const path =
    /['"`]\/?(?:admin|auth|bots|users|rooms|invites|files|ws|push)\/|['"`]notifications['"`]/;
  expect(filesWith(path).toSorted()).toEqual([
    'client/account-calls.js',
    'client/admin-calls.js',
    'client/api.js',
    'client/file-calls.js',
    'client/hook-calls.js',
    'client/invite-calls.js',
    'client/push-calls.js',
    'client/sign-in-calls.js',
  ]);
});

it('calls the server through client/api.js only', () => {
  // The emoji are files of the page, and so is what the service worker keeps.
  const others = ['state/emoji.js', 'state/moving-pictures.js', 'worker/shell.js'];
  expect(filesWith(/\bfetch\(/).toSorted()).toEqual(['client/http.js', ...others]);
  expect(filesWith(/\.exchange\(/)).toEqual(['client/session-client.js']);
});
