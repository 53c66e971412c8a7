import { expect, it } from 'vitest';
import type { Session } from '../../src/protocol/resources.ts';
import { call, login, signUp } from '../support/client.ts';
import { expectRefusal } from '../support/refusals.ts';
import { shareServer, startServer } from '../support/server.ts';
import { sortedStatuses, times } from '../support/times.ts';

const server = shareServer();

let people = 0;
/** Registers a new user; `fields` override the defaults. */
function register(fields: object) {
  people += 1;
  const whole = {
    email: `person-${people}@example.org`,
    password: 'correct horse',
    name: `Person ${people}`,
  };
  return call<Session>(server, 'POST', '/auth/register', { body: { ...whole, ...fields } });
}

it('returns a session: a token, its end, and the account', async () => {
  const { status, body } = await register({ email: 'ana@example.org', name: 'Ana' });
  expect(status).toBe(201);
  expect(body).toEqual({
    token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
    expiresAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    user: {
      id: expect.stringMatching(/./),
      name: 'Ana',
      color: expect.stringMatching(/^#[0-9a-f]{6}$/),
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      isAdmin: expect.any(Boolean),
      isBot: false,
      email: 'ana@example.org',
      mailSummaries: 'off',
      hasPassword: true,
    },
  });
  const [header, payload] = body.token.split('.').map((part) => Buffer.from(part, 'base64url'));
  expect(JSON.parse(String(header))).toMatchObject({ alg: 'HS256' });
  const claims = JSON.parse(String(payload)) as { iat: number; exp: number };
  expect(claims).toEqual({
    sub: body.user.id,
    sid: expect.any(String),
    iat: expect.any(Number),
    exp: Date.parse(body.expiresAt) / 1000,
    iss: 'charla',
  });
  expect(claims.exp - claims.iat).toBeCloseTo(12 * 3600, -1);
});

it.each([
  ['its case', 'CASE@Example.ORG', 'case@example.org'],
  ['white space around it', '  space@example.org\t', 'space@example.org'],
  ['its case beyond ASCII', 'ΟΔΟΣ@example.org', 'οδος@example.org'],
])('rejects a registered email, whatever %s', async (_, first, second) => {
  const { status, body } = await register({ email: first });
  expect(status).toBe(201);
  expect(body.user.email).toBe(first.trim());
  expectRefusal(await register({ email: second }), 'email_taken');
  expectRefusal(await register({ email: first }), 'email_taken');
});

it.each([
  ['Élise', 'ÉLISE'],
  ['ÉLAN', 'élan'],
  ['ΟΔΟΣ', 'οδος'],
  ['ὀδός', 'ὈΔΌΣ'],
  ['straße', 'STRASSE'],
  ['STRAẞENBAHN', 'straßenbahn'],
  ['ﬁnn', 'FINN'],
  ['Zoe\u0308', 'zoë'],
  ['  Padded  ', 'padded'],
])('rejects a taken name in another spelling: %j, %j', async (first, second) => {
  const { status, body } = await register({ name: first });
  expect(status).toBe(201);
  expect(body.user.name).toBe(first.trim().normalize('NFC'));
  expectRefusal(await register({ name: second }), 'name_taken');
});

it.each([
  ['a zero width space', 'Invisible', 'Invisible\u200b'],
  ['joiners and a soft hyphen', 'Joined', 'J\u200do\u2060i\u200cn\u00aded'],
  ['a variation selector', 'Heart ❤', 'Heart ❤\ufe0f'],
  ['a Hangul filler', 'Filled', 'Fil\u3164led\uffa0'],
  ['tags', 'Tagged', 'Tagged\u{e0061}'],
  ['no-break spaces', 'Two Words', 'Two\u00a0\u202f\u3000Words'],
  ['many spaces', 'Three More Words', '  Three  More   Words '],
  ['a blank of Braille', 'Blank', 'Blank\u2800'],
  ['full width', 'Wide', 'Ｗｉｄｅ'],
  ['mathematical letters', 'Bold', '𝐁𝐨𝐥𝐝'],
  ['half-width kana', 'ガラス', 'ｶﾞﾗｽ'],
])('rejects a taken name with %s', async (_, first, second) => {
  expect((await register({ name: first })).status).toBe(201);
  expectRefusal(await register({ name: second }), 'name_taken');
});

it.each([
  ['spaces of all kinds', ' A\u00a0\u2003b\u2028\u3000c  d\u1680', 'A b c d'],
  ['invisible characters around it', ' \u200b \u00adIn view \u200b', 'In view'],
  ['invisible characters among its spaces', 'In \u200b full \ufeff\u00a0view', 'In full view'],
  ['its joiners', 'Family 👨‍👩‍👧‍👦', 'Family 👨‍👩‍👧‍👦'],
  ['its variation selectors', 'Sun ☀️', 'Sun ☀️'],
  ['letters and marks that are not composed', 'A\u030angstro\u0308m', 'Ångström'],
  ['full-width letters', 'Ｗ', 'Ｗ'],
  ['50 characters of 150', 'e\u0302\u0301'.repeat(50), 'ế'.repeat(50)],
  ['50 characters among many spaces', `${' '.repeat(99)}${'s'.repeat(50)}   `, 's'.repeat(50)],
])('stores a name with %s as it is shown', async (_, raw, name) => {
  expect((await register({ name: raw })).body.user.name).toBe(name);
});

it.each([
  ['Jose', 'José'],
  ['Kız', 'Kiz'],
  ['In two words', 'In twowords'],
  ['Ada', 'Аda'],
])('accepts %j and %j as two names', async (first, second) => {
  expect((await register({ name: first })).status).toBe(201);
  expect((await register({ name: second })).status).toBe(201);
});

it('accepts one of many parallel registrations with the same name or email', async () => {
  const names = await times(8, () => register({ name: 'Wanted' }));
  expect(sortedStatuses(names)).toEqual([201, ...Array(7).fill(409)]);
  const emails = await times(8, () => register({ email: 'wanted@example.org' }));
  expect(sortedStatuses(emails)).toEqual([201, ...Array(7).fill(409)]);
});

const escape = (text: string) =>
  Array.from(text, (character) => `U+${character.codePointAt(0)!.toString(16)}`).join(' ');

const directions = ['\u061c', '\u200e', '\u200f', '\u202a', '\u202e', '\u2066', '\u2069'];
const blanks = [
  '\u200b',
  '\u3164',
  '\u115f\u1160',
  '\uffa0',
  '\u2800',
  '\u{13441}',
  '\u{16FE4}\u0301',
  '\u00ad',
  '\ufeff',
  '\u180e',
];

const family = '👨‍👩‍👧‍👦'; // 7 code points, one grapheme

it.each([
  ['name', '50 letters', 'n'.repeat(50)],
  ['name', '50 astral characters', '𝒜'.repeat(50)],
  ['name', 'one character', 'ß'],
  ['name', 'white space within it', 'Ana María'],
  ['password', '8 characters', '12345678'],
  ['password', '72 bytes', 'p'.repeat(72)],
  ['password', '72 bytes in 18 characters', '😀'.repeat(18)],
  ['password', 'spaces around it', '  spaces  '],
])('accepts a %s of %s', async (field, _, value) => {
  expect((await register({ [field]: value })).status).toBe(201);
});

it.each<[field: string, what: string, value: string]>([
  ['name', 'nothing', ''],
  ['name', 'white space only', ' \t '],
  ['name', 'white space beyond ASCII only', '\u2003\u3000'],
  ['name', '51 letters', 'n'.repeat(51)],
  ['name', '51 astral characters', '𝒜'.repeat(51)],
  ['name', '56 code points that look like 8', family.repeat(8)],
  ['name', '51 code points that look like one', `e${'\u0301'.repeat(51)}`],
  ['name', 'a line break', 'An\na'],
  ['name', 'NUL', 'An\0a'],
  ['name', 'a C1 control', 'An\u0085a'],
  ['name', 'DEL', 'An\u007fa'],
  ['name', 'a lone surrogate', 'An\ud800a'],
  ['name', '50 letters that are stored as 100', '\u0958'.repeat(50)],
  ...directions.map((control): [string, string, string] => [
    'name',
    `a control of direction ${escape(control)}`,
    `An${control}a`,
  ]),
  ...blanks.map((blank): [string, string, string] => [
    'name',
    `nothing but ${escape(blank)}`,
    `\u00a0${blank} ${blank}`,
  ]),
  ['name', 'marks only', '\u0301\u0302'],
  ['name', 'variation selectors only', '\ufe0f\ufe0e'],
  ['name', 'tags only', '\u{e0061}\u{e007f}'],
  ['name', 'a note without a head', '\u{1d159}'],
  ['email', 'no @', 'person.example.org'],
  ['email', 'two @', 'a@b@example.org'],
  ['email', 'white space within it', 'a b@example.org'],
  ['email', 'nothing', ''],
  ['email', '255 characters', `${'e'.repeat(243)}@example.org`],
  ['email', 'NUL', 'nul\0@example.org'],
  ['email', 'a lone surrogate', 'lone\udfff@example.org'],
  ['password', '7 characters', '1234567'],
  ['password', '7 characters in 28 bytes', '😀'.repeat(7)],
  ['password', '73 bytes', 'p'.repeat(73)],
  ['password', '73 bytes in 37 characters', `${'é'.repeat(36)}p`],
  ['password', '76 bytes in 19 characters', '😀'.repeat(19)],
])('rejects a %s of %s', async (field, _, value) => {
  expectRefusal(await register({ [field]: value }), 'validation_failed', [`/${field}`]);
});

it('rejects a password that is too long, instead of truncating it', async () => {
  const email = 'long@example.org';
  expectRefusal(await register({ email, password: 'é'.repeat(37) }), 'validation_failed');
  // Nothing was stored: the email is still free.
  expect((await register({ email })).status).toBe(201);
});

it.each([
  ['a number', 12_345_678],
  ['a boolean', true],
  ['null', null],
  ['a list', ['12345678']],
  ['an object', {}],
])('rejects %s as email, password or name', async (_, value) => {
  for (const field of ['email', 'password', 'name']) {
    expectRefusal(await register({ [field]: value }), 'validation_failed', [`/${field}`]);
  }
});

it('names a missing field', async () => {
  const { message, details } = expectRefusal(
    await register({ name: undefined }),
    'validation_failed',
  );
  expect(`${message} ${JSON.stringify(details)}`).toContain('name');
});

it('rejects an unknown field, and registers nobody', async () => {
  const email = 'typo@example.org';
  expectRefusal(await register({ email, isAdmin: true }), 'validation_failed', ['/isAdmin']);
  expect((await register({ email })).status).toBe(201);
});

it('rejects registrations while they are closed, and accepts logins', async () => {
  const { email, password } = await signUp(server, 'Early');
  await server.stop();
  const closed = await startServer({ DATA_DIR: server.dataDir, REGISTRATION: 'closed' });
  const late = { email: 'late@example.org', password: 'correct horse', name: 'Late' };
  expectRefusal(await call(closed, 'POST', '/auth/register', { body: late }), 'forbidden');
  // The refusal does not reveal whether an account exists.
  const taken = { ...late, email };
  expectRefusal(await call(closed, 'POST', '/auth/register', { body: taken }), 'forbidden');
  expect((await login(closed, { email, password })).status).toBe(200);
});
