import { beforeAll, describe, expect, it } from 'vitest';
import { version } from '../../src/package.ts';
import { call } from '../support/client.ts';
import { exchange, requestText, WEBSOCKET_UPGRADE } from '../support/raw.ts';
import { shareServer } from '../support/server.ts';

const server = shareServer();

interface Schema {
  readonly $ref?: string;
  readonly [keyword: string]: unknown;
}

interface Content {
  readonly $ref?: string;
  readonly content?: Record<string, { schema: Schema; example?: unknown; examples?: object }>;
  readonly description?: string;
}

interface Operation {
  readonly tags?: string[];
  readonly summary?: string;
  readonly security?: object[];
  readonly requestBody?: Content;
  readonly responses: Record<string, Content>;
}

interface Document {
  readonly openapi: string;
  readonly info: { title: string; version: string };
  readonly tags: { name: string }[];
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { schemas: Record<string, Schema>; securitySchemes: object };
}

let document: Document;
let operations: [name: string, operation: Operation][];
beforeAll(async () => {
  const { status, headers, body } = await call<Document>(server, 'GET', '/docs/json');
  expect(status).toBe(200);
  expect(headers.get('content-type')).toMatch(/^application\/json/);
  document = body;
  operations = Object.entries(body.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => {
      const responses = Object.entries(operation.responses).map(([code, response]) => [
        code,
        resolve(response as Schema),
      ]);
      const resolved = { ...operation, responses: Object.fromEntries(responses) as object };
      return [`${method.toUpperCase()} ${path}`, resolved as Operation];
    }),
  );
});

/** Resolves a $ref. */
function resolve(schema: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  const found = schema.$ref
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document);
  expect(found, schema.$ref).toBeDefined();
  return resolve(found as Schema);
}

const bodiesOf = ({ content = {} }: Content) => Object.values(content);
const schemasOf = (content: Content) => bodiesOf(content).map(({ schema }) => schema);

/** Returns every route of the server, as `METHOD /path/{parameter}`. */
function routes(): string[] {
  const found: string[] = [];
  const above: string[] = [];
  for (const line of server.app.printRoutes({ commonPrefix: false }).split('\n')) {
    const match = /^([\s│]*)[├└]── (.*?)(?: \(([A-Z, ]+)\))?$/.exec(line);
    if (!match) continue;
    const depth = match[1]!.length / 4;
    above.length = depth;
    above.push(match[2]!);
    const path = above.join('').replaceAll(/:(\w+)/g, '{$1}');
    for (const method of match[3]?.split(', ') ?? []) found.push(`${method} ${path}`);
  }
  return found;
}

/** Files, and the second method or path of others. */
const isUndocumented = (route: string) =>
  /^(HEAD|OPTIONS) /.test(route) ||
  /^\w+ (\/docs\/(\*|static\/|asyncapi\.css|$)|\/?\*|\/$|\/[^{]+\.(js|css|html|svg|png|webmanifest)$|\/vendor\/|\/v\/)/.test(
    route,
  );

describe('the OpenAPI document', () => {
  it('has the format OpenAPI 3.1 and this version of Charla', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d$/);
    expect(document.info).toMatchObject({ title: 'Charla', version });
    expect(document.components.securitySchemes).toHaveProperty('bearer');
  });

  it('contains every route of the server, and no other', () => {
    const all = routes();
    expect(all).toContain('GET /rooms/{roomId}/messages/{seq}');
    const wanted = all.filter((route) => !isUndocumented(route));
    for (const path of ['/notifications', '/ws/chat/{roomId}', '/docs', '/docs/asyncapi.json']) {
      expect(wanted).toContain(`GET ${path}`);
    }
    expect(operations.map(([name]) => name).toSorted()).toEqual(wanted.toSorted());
  });

  it('resolves all its references', () => {
    const refs = JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g);
    const names = new Set([...refs].map(([, $ref]) => $ref!));
    expect(names.size).toBeGreaterThan(5);
    for (const $ref of names) expect(resolve({ $ref })).toBeDefined();
  });

  it('names its shared schemas like the contract', () => {
    const names = Object.keys(document.components.schemas);
    expect(names).toEqual(expect.arrayContaining(['User', 'Session', 'Room', 'Message', 'Error']));
    expect(names.filter((name) => name.startsWith('def-'))).toEqual([]);
  });

  it('describes every operation and each of its responses', () => {
    const known = new Set(document.tags.map(({ name }) => name));
    for (const [name, { tags = [], summary = '', responses }] of operations) {
      expect([name, tags.length > 0 && tags.every((tag) => known.has(tag))]).toEqual([name, true]);
      expect([name, summary.length > 5]).toEqual([name, true]);
      const good = Object.keys(responses).filter((status) => /^(?:[23]|101)/.test(status));
      expect([name, good.length > 0]).toEqual([name, true]);
      for (const [status, { description = '' }] of Object.entries(responses)) {
        expect([name, status, description]).toEqual([
          name,
          status,
          expect.not.stringMatching(/^(Default Response)?$/),
        ]);
      }
    }
  });

  it('contains an example of every request and response body', () => {
    for (const [name, { requestBody = {}, responses }] of operations) {
      const withBody = Object.entries(responses).filter(([status]) => status !== '204');
      const bodies = [requestBody, ...withBody.map(([, response]) => response)].flatMap(bodiesOf);
      const bare = bodies.filter((body) => body.example === undefined && !body.examples);
      expect([name, bare]).toEqual([name, []]);
    }
  });

  it('says that files are uploaded as multipart/form-data, so that tools offer to choose one', () => {
    const { requestBody } = document.paths['/rooms/{roomId}/files']!['post']!;
    expect(Object.keys(requestBody!.content!)).toEqual(['multipart/form-data']);
    const { schema } = requestBody!.content!['multipart/form-data']!;
    // Swagger UI and Postman look for either.
    expect(schema['properties']).toMatchObject({
      file: { type: 'string', format: 'binary', contentMediaType: 'application/octet-stream' },
    });
  });

  it('documents the refusals of every operation, each with the schema of errors', () => {
    for (const [name, { requestBody, security = [], responses }] of operations) {
      const statuses = Object.keys(responses);
      const isProbe = ['GET /health', 'GET /ready', 'GET /metrics'].includes(name);
      const wanted = [
        '400',
        '500',
        ...(isProbe ? [] : ['429', '503']),
        ...(requestBody ? ['413', '415'] : []),
        ...(security.length > 0 ? ['401'] : []),
        ...(/\{(?:roomId|fileId|sessionId|seq)\}/.test(name) ? ['404'] : []),
      ];
      expect([name, statuses]).toEqual([name, expect.arrayContaining(wanted)]);
      for (const [status, response] of Object.entries(responses)) {
        if (!/^[45]/.test(status)) continue;
        const refs = schemasOf(response).map(({ $ref }) => $ref);
        expect([name, status, refs]).toEqual([name, status, ['#/components/schemas/Error']]);
        expect([name, status, Object.keys(response.content!)]).toEqual([
          name,
          status,
          ['application/json'],
        ]);
      }
    }
  });

  it('requires a token exactly where the server does', async () => {
    for (const [name, { security = [] }] of operations) {
      const [method, path] = name.split(' ') as [string, string];
      const isSocket = path.startsWith('/ws/');
      const headers = ['Connection: close', ...(isSocket ? WEBSOCKET_UPGRADE : [])];
      const line = `${method} ${path.replaceAll(/\{\w+\}/g, '1')} HTTP/1.1`;
      const { body } = await exchange(server, requestText(line, headers));
      const isRequired = (body as { code?: string } | null)?.code === 'token_missing';
      expect([name, isRequired]).toEqual([name, security.length > 0]);
    }
  });

  it('allows no unknown fields in any body', () => {
    for (const [name, { requestBody }] of operations) {
      if (!requestBody) continue;
      for (const schema of schemasOf(requestBody)) {
        const { additionalProperties } = resolve(schema);
        // Slack's payloads have many fields, and each program sends others.
        const expected = name === 'POST /hooks/{secret}' ? undefined : false;
        expect([name, additionalProperties]).toEqual([name, expected]);
      }
    }
  });
});

it.each([
  ['/docs/json', 'application/json; charset=utf-8'],
  ['/docs/yaml', 'application/yaml'],
])('generates %s once, and returns 304 to a client that has it', async (path, type) => {
  const get = (headers: Record<string, string> = {}) => fetch(server.url + path, { headers });
  const [first, second] = await Promise.all([get(), get()]);
  expect(first.headers.get('content-type')).toBe(type);
  expect(await first.text()).toBe(await second.text());
  const etag = first.headers.get('etag')!;
  expect(second.headers.get('etag')).toBe(etag);
  const known = await get({ 'if-none-match': etag });
  expect([known.status, await known.text()]).toEqual([304, '']);
  const head = await fetch(server.url + path, { method: 'HEAD' });
  expect([head.status, head.headers.get('etag')]).toEqual([200, etag]);
});

it('generates the document at the first request only', async () => {
  const before = await call<Document>(server, 'GET', '/docs/json');
  const { swagger } = server.app;
  let generated = 0;
  Object.defineProperty(server.app, 'swagger', {
    configurable: true,
    value: (...options: Parameters<typeof swagger>) => {
      generated += 1;
      return swagger(...options);
    },
  });
  for (let i = 0; i < 3; i += 1) {
    expect((await call<Document>(server, 'GET', '/docs/json')).body).toEqual(before.body);
  }
  Object.defineProperty(server.app, 'swagger', { configurable: true, value: swagger });
  expect(generated).toBe(0);
});

describe('the documentation page', () => {
  it('is served with all files that it needs', async () => {
    const page = await fetch(`${server.url}/docs`);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    const html = await page.text();
    expect(html).toContain('swagger-ui');
    const wanted = [...html.matchAll(/<(?:link|script)\b[^>]*\b(?:href|src)="([^"]+)"/g)];
    expect(wanted.length).toBeGreaterThan(3);
    for (const [, path] of wanted) {
      const answer = await fetch(new URL(path!, page.url));
      expect([path, answer.status]).toEqual([path, 200]);
      await answer.arrayBuffer();
      expect(new URL(path!, page.url).origin).toBe(server.url);
    }
  });

  it('has its own policy, and leaves that of the chat page strict', async () => {
    const [docs, chat] = await Promise.all([fetch(`${server.url}/docs/`), fetch(`${server.url}/`)]);
    const [html] = await Promise.all([docs.text(), chat.text()]);
    const policy = docs.headers.get('content-security-policy')!;
    expect(policy).not.toBe(chat.headers.get('content-security-policy'));
    expect(chat.headers.get('content-security-policy')).not.toContain('unsafe');
    const scripts =
      /script-src ([^;]*)/.exec(policy)?.[1] ?? /default-src ([^;]*)/.exec(policy)![1]!;
    expect(scripts).toContain("'self'");
    expect(scripts).not.toMatch(/unsafe|https?:|\*/);
    // The browser runs an inline script only if the policy has its hash.
    const inline = [...html.matchAll(/<script\b(?![^>]*\bsrc=)[^>]*>/g)];
    expect(inline.length === 0 || scripts.includes("'sha256-")).toBe(true);
  });
});
