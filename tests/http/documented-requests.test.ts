import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { SummaryLinks } from '../../src/chat/services/summary-links.ts';
import type { Invite } from '../../src/protocol/invites.ts';
import type { ApiToken, NewApiToken, NewBot } from '../../src/protocol/bots.ts';
import type { NewIncomingHook } from '../../src/protocol/incoming-hooks.ts';
import type { Room, SessionInfo, Session } from '../../src/protocol/resources.ts';
import { chooseSeed, PATIENCE, scaled } from '../faults/support/scale.ts';
import { nearlyValid, valid, type Schema } from '../support/arbitraries.ts';
import {
  call,
  createRoom,
  joinRoom,
  postMessage,
  signIn,
  signUp,
  signUpAdmin,
} from '../support/client.ts';
import { formOf, PIXEL, sentFile, uploaded } from '../support/files.ts';
import { compileSchema } from '../support/json-schema.ts';
import { addHook, hooksOf } from '../support/receiver.ts';
import { shareServer } from '../support/server.ts';

/*
 * Random requests, made of the schemas of the OpenAPI document, never meet a status or a body that the document does
 * not have. The first request of each operation is the example of the document, with ids that exist: it succeeds.
 * CHARLA_SEED repeats a run.
 */

interface Media {
  readonly schema: Schema;
  readonly example?: unknown;
}

interface Response {
  readonly $ref?: string;
  readonly content?: Record<string, Media>;
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly schema: Schema;
  readonly example?: unknown;
}

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Record<string, Media> };
  readonly responses: Record<string, Response>;
  readonly security?: readonly object[];
}

interface Document {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly responses: Record<string, Response> };
}

const WHO = ['owner', 'member', 'admin', 'nobody', 'nonsense'] as const;

/** One request; `null` for a parameter means the one that exists. */
interface Request {
  readonly as: (typeof WHO)[number];
  readonly parameters: Readonly<Record<string, string | number | null | undefined>>;
  readonly body: unknown;
}

/** Requests of each operation. */
const EACH = scaled(3, 400);

/** What follows over a socket or a stream is held to the AsyncAPI document (tests/support/frame-check.ts). */
const OTHERS = ['openRoom', 'followRooms'];

/** What may end the session of the request: it has one of its own. */
const LAST = ['logout', 'endSession', 'updateMe'];
const isForAdmins = (path: string, operationId: string) =>
  path.startsWith('/bots') || path.startsWith('/admin/') || operationId.includes('ServerInvite');
const NAMES: Partial<Record<Request['as'], string>> = {
  owner: 'Owner',
  member: 'Member',
  admin: 'Admin',
};

/** What a server has only with an OpenID provider, or a mail server. */
const ONLY_WITH_SETTINGS = [
  'startOpenIdSignIn',
  'finishOpenIdSignIn',
  'signOutAtOpenIdProvider',
  'getOpenIdSession',
  'forgotPassword',
];

/** What makes a request wait for events. */
const WAITS = ['live'];

const document = JSON.parse(
  readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8'),
) as Document;
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods)
    .filter(([, { operationId }]) => !OTHERS.includes(operationId))
    .map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
);
type Route = (typeof operations)[number];

const JWT_SECRET = 'for links that nobody has been sent: 0123456789';
const server = shareServer({ JWT_SECRET });
const tokens: Partial<Record<Request['as'], string>> = { nonsense: 'nonsense' };
let room: Room;
let victimId: string;
/** Whose account is disabled and enabled. */
let disabledId: string;
let pictureId: string;
let hookSecret: string;

beforeAll(async () => {
  const [owner, member, admin, victim] = [
    await signUp(server, 'Owner'),
    await signUp(server, 'Member'),
    await signUpAdmin(server, 'Admin'),
    await signUp(server, 'Victim'),
  ];
  Object.assign(tokens, { owner: owner.token, member: member.token, admin: admin.token });
  victimId = victim.user.id;
  disabledId = (await signUp(server, 'Disabled')).user.id;
  room = await newRoom();
  // In a room of its own, where no random request deletes it.
  const gallery = await newRoom();
  const { url } = await made<NewIncomingHook>('owner', `/rooms/${gallery.id}/hooks/incoming`);
  hookSecret = url.split('/').at(-1)!;
  pictureId = (await sentFile(server, owner.token, gallery.id, PIXEL)).file.id;
});

let things = 0;
async function newRoom(): Promise<Room> {
  const created = await createRoom(server, tokens.owner!, `Room ${(things += 1)}`);
  await joinRoom(server, tokens.member!, created.id);
  await call(server, 'PUT', `/rooms/${created.id}/users/${victimId}`, { token: tokens.owner });
  return created;
}

const OF_BOTS = ['deleteBot', 'renewBotToken'];

/** Makes something that has a name. */
async function made<T>(as: 'owner' | 'admin', path: string): Promise<T> {
  const body = { name: `Thing ${(things += 1)}` };
  return (await call<T>(server, 'POST', path, { token: tokens[as], body })).body;
}

async function sessionOfVictim(): Promise<string> {
  const { token } = await signIn(server, 'Victim');
  const path = '/auth/sessions';
  const { body } = await call<{ sessions: SessionInfo[] }>(server, 'GET', path, { token });
  return body.sessions[0]!.id;
}

const newBot = async () => (await made<NewBot>('admin', '/bots')).user.id;

/** Returns what exists for a parameter, and will not be missed by later requests. */
async function existing(name: string, { operationId }: Operation): Promise<string | number> {
  const { owner } = tokens;
  switch (name) {
    case 'roomId':
      return [
        'createOutgoingHook',
        'deleteRoom',
        'leaveRoom',
        'removeMember',
        'putMember',
        'createInvite',
      ].includes(operationId)
        ? (await newRoom()).id
        : room.id;
    case 'userId':
      if (OF_BOTS.includes(operationId)) return newBot();
      return operationId === 'updateAccount' ? disabledId : victimId;
    case 'fileId':
      return operationId === 'deleteFile'
        ? (await uploaded(server, owner!, room.id)).id
        : pictureId;
    case 'seq':
      return (await postMessage(server, owner!, room.id, 'a message')).body.seq;
    case 'sessionId': {
      if (operationId === 'endSessionOf') return sessionOfVictim();
      const { token } = await signIn(server, 'Owner');
      const { body } = await call<{ sessions: SessionInfo[] }>(server, 'GET', '/auth/sessions', {
        token,
      });
      return body.sessions.find(({ current }) => current)!.id;
    }
    case 'hookId': {
      const [first] = await hooksOf(server, owner!, room.id);
      // Nothing that happens here is sent anywhere.
      const hook = { url: 'https://hooks.example.org/', events: ['room.created'] };
      return (first ?? (await addHook(server, owner!, room.id, hook))).id;
    }
    case 'tokenId': {
      const { body } = await call<{ tokens: ApiToken[] }>(server, 'GET', '/users/me/tokens', {
        token: owner,
      });
      return body.tokens[0]?.id ?? (await made<NewApiToken>('owner', '/users/me/tokens')).id;
    }
    case 'secret':
      return hookSecret;
    case 'token': {
      const act = /confirm/i.test(operationId) ? 'confirm' : 'stop';
      return new SummaryLinks(JWT_SECRET).pathTo(act, victimId).split('=')[1]!;
    }
    case 'emoji':
      return '👍';
    case 'inviteId': {
      const { id } = await newRoom();
      const path = `/rooms/${id}/invites`;
      return (await call<Invite>(server, 'POST', path, { token: owner })).body.code.slice(0, 8);
    }
    case 'code': {
      const isOfServer = operationId === 'revokeServerInvite';
      // A room has only so many.
      const { id } = operationId === 'revokeInvite' ? room : await newRoom();
      const path = isOfServer ? '/invites' : `/rooms/${id}/invites`;
      const token = isOfServer ? tokens.admin : owner;
      return (await call<Invite>(server, 'POST', path, { token })).body.code;
    }
    default:
      throw new Error(`Say here what exists for the parameter ${name}`);
  }
}

/** The example of an operation: what succeeds. */
function exampleOf({ path, operation }: Route): Request {
  const { operationId, parameters = [], requestBody } = operation;
  const media = Object.values(requestBody?.content ?? {})[0];
  const needed = parameters.filter((one) => one.required);
  return {
    as: isForAdmins(path, operationId) ? 'admin' : operationId === 'leaveRoom' ? 'member' : 'owner',
    parameters: Object.fromEntries(
      needed.map(({ name, example }) => [name, name === 'q' ? String(example) : null]),
    ),
    // The name of the example is that of who registers by the example.
    body:
      operationId === 'updateMe'
        ? { color: '#0f766e' }
        : (media?.example ?? media?.schema.examples?.[0] ?? exampleOfFields(media?.schema)),
  };
}

function exampleOfFields({ properties }: Schema = {}): unknown {
  if (!properties) return undefined;
  const fields = Object.entries(properties).map(([name, { examples }]) => [name, examples?.[0]]);
  return Object.fromEntries(fields);
}

/** Random requests of an operation: valid, nearly valid, and with anybody's token. */
function requestsOf({ operation }: Route): fc.Arbitrary<Request> {
  const { parameters = [], requestBody } = operation;
  const schema = Object.values(requestBody?.content ?? {})[0]?.schema;
  const odd = fc.constantFrom(
    '0',
    '-1',
    '1.5',
    '1e9',
    'null',
    '%',
    "'",
    '\u0000',
    '\u{1F44D}',
    'x'.repeat(90),
  );
  const text = (one: Schema) => valid(one).map((value) => value as string | number);
  const model = parameters.map((one) => [
    one.name,
    one.in === 'path'
      ? fc.oneof(
          { weight: 4, arbitrary: fc.constant(null) },
          { weight: 1, arbitrary: text(one.schema) },
          { weight: 1, arbitrary: odd },
        )
      : fc.oneof(fc.constant(undefined), text(one.schema), odd),
  ]);
  const none = fc.constantFrom(undefined, undefined, undefined, {}, { unknown: 1 });
  return fc.record({
    as: fc.oneof(
      { weight: 3, arbitrary: fc.constant('owner' as const) },
      { weight: 2, arbitrary: fc.constantFrom(...WHO) },
    ),
    parameters: fc.record(Object.fromEntries(model) as Record<string, fc.Arbitrary<string | null>>),
    body: schema ? fc.oneof(valid(schema), valid(schema), nearlyValid(schema)) : none,
  });
}

/** An account that deletes itself is nobody else's, and has the password of the example. */
async function tokenOf(as: Request['as'], operationId: string): Promise<string | undefined> {
  if (operationId !== 'deleteMe' || NAMES[as] === undefined) return tokens[as];
  const name = `Leaver ${(leavers += 1)}`;
  const body = { name, email: `${leavers}@leaver.example`, password: 'correct horse battery' };
  return (await call<Session>(server, 'POST', '/auth/register', { body })).body.token;
}
let leavers = 0;

/** Sends a request. Returns its URL beside the response, to be shown where that is wrong. */
async function send({ method, path, operation }: Route, { as, parameters, body }: Request) {
  const { operationId, parameters: declared = [] } = operation;
  const query = new URLSearchParams();
  let target = path;
  for (const { name, in: place } of declared) {
    if (parameters[name] === undefined || WAITS.includes(name)) continue;
    const value = parameters[name] ?? (await existing(name, operation));
    if (place === 'query') query.set(name, String(value));
    // An empty or dotted segment would be another path.
    else
      target = target.replace(`{${name}}`, () =>
        encodeURIComponent(String(value)).replace(/^\.{0,2}$/, 'x'),
      );
  }
  const name = NAMES[as];
  const isLast = LAST.includes(operationId) && name !== undefined;
  const token = isLast ? (await signIn(server, name)).token : await tokenOf(as, operationId);
  const url = `${target}?${query.toString()}`;
  const hasBody = body !== undefined && method !== 'GET';
  const isForm = operationId === 'uploadFile' && Object.hasOwn(Object(body) as object, 'file');
  const response = await fetch(server.url + url, {
    method,
    headers: {
      connection: 'close',
      ...(hasBody && !isForm && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    ...(hasBody && {
      body: isForm ? formOf('miau', 'cat.txt') : JSON.stringify(await withIds(body)),
    }),
  });
  return { url, response, text: await response.text() };
}

/** Replaces the example of an id, or of a link's token, by one that exists. */
async function withIds(body: unknown): Promise<unknown> {
  const { userId, token } = (body ?? {}) as { userId?: unknown; token?: unknown };
  if (userId === 'kX3b9_RtQm0aZ7wE') return { userId: victimId };
  if (typeof token !== 'string' || !token.startsWith('uZ4x0bq4')) return body;
  const path = `/admin/users/${victimId}/reset-link`;
  const link = await call<{ url: string }>(server, 'POST', path, { token: tokens.admin });
  return { ...(body as object), token: new URL(link.body.url).searchParams.get('reset') };
}

const checks = new Map<Schema, (value: unknown) => string | null>();

/** Returns what the document does not say about a response; null where it says all of it. */
function problemOf(
  { operation }: Route,
  { as }: Request,
  response: globalThis.Response,
  body: string,
) {
  const { status } = response;
  const documented = operation.responses[String(status)];
  if (!documented) return `has no status ${status}`;
  if (status === 500) return 'failed';
  const { security = [] } = operation;
  const isOpen = security.length === 0 || security.some((one) => Object.keys(one).length === 0);
  const isUnknown = as === 'nobody' || as === 'nonsense';
  if (isUnknown && !isOpen && status !== 401) return `answers ${as}`;
  const { $ref } = documented;
  const { content } = $ref ? document.components.responses[$ref.split('/').at(-1)!]! : documented;
  if (!content) return body === '' ? null : 'has no body';
  const type = (response.headers.get('content-type') ?? '').split(';')[0]!;
  const media = content[type] ?? content['*/*'];
  if (!media) return `has no ${type}`;
  if (type !== 'application/json' || !content[type]) return null;
  const check = checks.get(media.schema) ?? compileSchema(document, media.schema);
  checks.set(media.schema, check);
  return check(JSON.parse(body));
}

describe.each(operations.map((route) => [route.operation.operationId, route] as const))(
  '%s',
  (_, route) => {
    it(
      'succeeds with its example, and never responds with what the document does not have',
      { timeout: PATIENCE },
      async () => {
        const seed = chooseSeed();
        const example = exampleOf(route);
        const attempt = async (request: Request) => {
          const { url, response, text } = await send(route, request);
          const shown =
            `${route.method} ${url} by ${request.as} with ${JSON.stringify(request.body)}: ${response.status} ${text}`.slice(
              0,
              3000,
            );
          expect([shown, problemOf(route, request, response, text)]).toEqual([shown, null]);
          if (request !== example) return;
          const isThere = !ONLY_WITH_SETTINGS.includes(route.operation.operationId);
          expect([shown, isThere ? response.ok : response.status === 404]).toEqual([shown, true]);
        };
        await attempt(example);
        const property = fc.asyncProperty(requestsOf(route), attempt);
        await fc.assert(property, { seed, numRuns: EACH, endOnFailure: true });
      },
    );
  },
);
