import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import { http } from '../../node-http.ts';
import { ChatError, errorKinds, type ErrorCode } from '../../protocol/errors.ts';
import { idOf } from '../../protocol/schema-ref.ts';
import { ErrorBody, toErrorBody } from '../errors.ts';
import { authErrors, refusedWith } from '../schemas.ts';
import { exampleOf, type Schema } from './examples.ts';

/* The OpenAPI document: what is written on the routes, and what holds for all of them. */

interface Media {
  schema: Schema;
  example?: unknown;
  examples?: Record<string, unknown>;
}

interface Response {
  readonly description?: string;
  readonly content?: Record<string, Media>;
}

interface Operation {
  readonly requestBody?: { readonly content: Record<string, Media> };
  responses: Record<string, Response | { readonly $ref: string }>;
}

interface Document {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: Record<string, Record<string, unknown>> & {
    readonly schemas: Record<string, Schema>;
  };
}

const about = `
A chat server that never loses a message. A successful response means that what was written is on disk.

**Sign in** with \`POST /auth/register\` or \`POST /auth/login\`, and send the token as \`Authorization: Bearer …\`.
**Live chat** is a WebSocket at \`/ws/chat/{roomId}\`, and the events of all your rooms are a stream at
\`/notifications\`: the [AsyncAPI document](/docs/asyncapi) describes what they carry.

- Times are ISO 8601 in UTC. Ids are opaque. A room numbers its events 1, 2, 3 …: \`seq\`.
- Unknown fields of a body are rejected, and so is a body where a route takes none. Unknown query parameters are
  ignored. An optional field may be \`null\`, which is the same as leaving it out.
- \`HEAD\` works wherever \`GET\` does, except for streams.
- Every refusal has the same body, with a \`code\` for programs. Beside those of each operation, there are some for any
  request: \`validation_failed\` (400) if it is no valid HTTP, \`forbidden\` (403) for another \`Host\` than that of
  \`PUBLIC_URL\`, \`not_found\` (404), \`method_not_allowed\` (405) with \`Allow\`, \`payload_too_large\` (413) for a body
  over 64 KiB, and \`unsupported_media_type\` (415) for a body that is not JSON.
`.trim();

const tags = [
  { name: 'Accounts', description: 'Sign up, sign in, sessions, your profile' },
  { name: 'Users', description: 'Find and block people' },
  { name: 'Rooms', description: 'Create, find, change, join and leave rooms' },
  { name: 'Invites', description: 'Links that let people into a room, or onto the server' },
  { name: 'Members', description: 'Members of a room, roles, bans, read markers' },
  { name: 'Messages', description: 'History, search, and chat over plain HTTP' },
  { name: 'Files', description: 'Pictures and other files of messages' },
  { name: 'Live', description: 'Events as they happen: a WebSocket for a room, a stream for all' },
  { name: 'Push', description: 'Notifications while your pages are closed (Web Push)' },
  { name: 'Integrations', description: 'What connects a room with other programs' },
  { name: 'Tokens and bots', description: 'API tokens, and accounts of programs' },
  { name: 'Administration', description: 'Accounts, for admins' },
  { name: 'Operations', description: 'Health checks, and these documents' },
];

/** The options of @fastify/swagger. */
export function openApiOptions(version: string): FastifyDynamicSwaggerOptions {
  /** The refusals of each operation, by `GET /path`; `transformObject` adds them. */
  const refusals = new Map<string, ErrorCode[]>();
  return {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Charla',
        version,
        description: about,
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/', description: 'The server that has sent this document' }],
      tags,
      components: {
        securitySchemes: {
          bearer: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'JWT',
            description: 'The `token` of a session, or an API token (`chr_…`)',
          },
          token: {
            type: 'apiKey',
            in: 'query',
            name: 'token',
            description:
              'A token, or better a ticket (`POST /auth/ticket`), where no header can be set: browsers set none on ' +
              'WebSockets and EventSource',
          },
        },
      },
    },
    // Shared schemas keep their names rather than def-0, def-1 …
    refResolver: {
      buildLocalReference: ({ $id }, _base, _fragment, i) =>
        typeof $id === 'string' ? $id : `def-${i}`,
    },
    transform: ({ schema, url: routeUrl, route }) => {
      const { response = {}, hide, ...rest } = (schema ?? {}) as RouteSchema;
      // @fastify/websocket hides its routes.
      if (hide && !route.websocket) return { schema, url: routeUrl };
      const usual = Object.entries(response).filter(([status, one]) => isUsual(status, one));
      const own = usual.flatMap(([, one]) => refusedWith(one));
      // The root of a prefix has a slash.
      const url = routeUrl.replace(/\/$/, '');
      const path = url.replaceAll(/:(\w+)/g, '{$1}');
      for (const method of [route.method].flat()) {
        refusals.set(`${method} ${path}`, [...new Set([...own, ...commonRefusals(route)])]);
      }
      const others = Object.entries(response)
        .filter(([status, one]) => !isUsual(status, one))
        .map(([status, one]) => [status, withExample(Number(status), one)] as const);
      // Without a token is said as well, so that no tool takes it for forgotten.
      const { security = [] } = rest;
      return { schema: { ...rest, security, response: Object.fromEntries(others) }, url };
    },
    transformObject: (documents) => {
      const { openapiObject } = documents as unknown as { openapiObject: Document };
      return complete(openapiObject, refusals);
    },
  };
}

const busy = ['overloaded', 'shutting_down', 'unavailable'] as const;

interface RouteSchema {
  readonly hide?: boolean;
  readonly security?: readonly Record<string, readonly string[]>[];
  readonly response?: Record<string, Schema>;
}

/** Whether a response is a refusal with the status that its codes have elsewhere. */
const isUsual = (status: string, response: object) =>
  refusedWith(response).some((code) => String(errorKinds[code].status) === status);

/** A refusal with a status of its own, such as 416, with its example; anything else as it is. */
function withExample(status: number, response: Schema): object {
  const [code] = refusedWith(response);
  if (code === undefined) return response;
  const { description = http.STATUS_CODES[status]! } = response;
  const example = toErrorBody(new ChatError(code, { status, message: description }));
  return {
    description,
    content: { 'application/json': { schema: { $ref: idOf(ErrorBody) }, example } },
  };
}

/** What any request to a route may be refused with, whatever the route does. */
function commonRefusals({
  config = {},
  schema,
}: {
  config?: { cost?: number };
  schema?: { body?: unknown };
}): ErrorCode[] {
  const isProbe = config.cost === 0;
  return [
    'validation_failed',
    ...(schema?.body ? (['payload_too_large', 'unsupported_media_type'] as const) : []),
    ...(isProbe ? [] : (['rate_limited'] as const)),
    'internal_error',
    ...(isProbe ? [] : busy),
  ];
}

/** Adds the refusals of each operation, and an example of each body. */
function complete(document: Document, refusals: ReadonlyMap<string, ErrorCode[]>): Document {
  const { schemas } = document.components;
  const resolve = ($ref: string) => schemas[$ref.replace('#/components/schemas/', '')]!;
  const responses: Record<string, unknown> = {};
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const good = Object.values(operation.responses) as Response[];
      for (const { content } of [operation.requestBody ?? {}, ...good]) {
        for (const media of Object.values(content ?? {})) {
          if (media.example !== undefined || media.examples) continue;
          media.example = exampleOf(media.schema, resolve);
        }
      }
      const codes = refusals.get(`${method.toUpperCase()} ${path}`)!;
      for (const status of new Set(codes.map((code) => errorKinds[code].status))) {
        const together = codes.filter((code) => errorKinds[code].status === status);
        const name = nameOf(together);
        responses[name] ??= refusal(status, together);
        operation.responses[status] = { $ref: `#/components/responses/${name}` };
      }
    }
  }
  const byName = Object.entries(responses).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    ...document,
    components: { ...document.components, responses: Object.fromEntries(byName) },
  };
}

/** Shared responses with many codes. */
const named: Readonly<Record<string, readonly ErrorCode[]>> = {
  Unauthorized: authErrors,
  ServiceUnavailable: busy,
};

/** The name of a shared response, from its codes: `RoomNotFoundOrUserNotFound`. */
function nameOf(codes: readonly ErrorCode[]): string {
  const isSame = (others: readonly ErrorCode[]) =>
    others.length === codes.length && others.every((code) => codes.includes(code));
  const known = Object.keys(named).find((name) => isSame(named[name]!));
  return known ?? codes.toSorted().map(pascal).join('Or');
}

const pascal = (code: string) =>
  code.replaceAll(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());

function refusal(status: number, codes: readonly ErrorCode[]) {
  const examples = codes.map((code) => [
    code,
    { summary: errorKinds[code].message, value: toErrorBody(exampleRefusal(code)) },
  ]);
  return {
    description: `${http.STATUS_CODES[status]}: ${codes.map((code) => `\`${code}\``).join(', ')}`,
    ...headersOf(status),
    content: {
      'application/json': {
        schema: { $ref: '#/components/schemas/Error' },
        examples: Object.fromEntries(examples) as Record<string, unknown>,
      },
    },
  };
}

const exampleRefusal = (code: ErrorCode) =>
  new ChatError(code, { details: [{ path: '/limit', message: 'must be <= 200' }] });

function headersOf(status: number) {
  if (status === 401) {
    return {
      headers: {
        'WWW-Authenticate': {
          description: 'How to authenticate',
          schema: { type: 'string', examples: ['Bearer'] },
        },
      },
    };
  }
  if (status !== 429 && status !== 503) return {};
  return {
    headers: {
      'Retry-After': {
        description: 'Seconds until a retry may succeed',
        schema: { type: 'integer', minimum: 1, examples: [1] },
      },
    },
  };
}
