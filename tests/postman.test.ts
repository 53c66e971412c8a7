import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import newman, { type NewmanRunOptions, type NewmanRunSummary } from 'newman';
import { describe, expect, it } from 'vitest';
import { postmanCollection } from '../postman/collection.ts';
import type { OpenApi } from '../postman/openapi.ts';
import { call, SETUP_CODE } from './support/client.ts';
import { defaultLimits, shareServer } from './support/server.ts';

/* The Postman collection and its environment, as Postman's own runner runs them. */

interface Item {
  readonly name: string;
  readonly request: { readonly method: string; readonly url: { readonly path: string[] } };
}

interface Collection {
  readonly item: readonly { readonly name: string; readonly item: readonly Item[] }[];
}

interface Environment {
  readonly values: { readonly key: string; readonly value: string; readonly type: string }[];
}

const folder = new URL('../postman/', import.meta.url);
const read = (file: string): unknown =>
  JSON.parse(readFileSync(new URL(`${file}.json`, folder), 'utf8'));
const collection = read('Charla.postman_collection') as Collection;
const environment = read('Charla.postman_environment') as Environment;

const server = shareServer(defaultLimits);
const document = async () => (await call<OpenApi>(server, 'GET', '/docs/json')).body;

it('the collection is made of what a server sends (if it is not, run `npm run documents`)', async () => {
  const made: unknown = JSON.parse(JSON.stringify(postmanCollection(await document())));
  expect(collection).toEqual(made);
});

it('has a request for every route, and for no other', async () => {
  const { paths } = await document();
  const documented = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const requests = collection.item.flatMap(({ item }) => item.map(({ request }) => request));
  const routes = requests.map(
    ({ method, url }) =>
      `${method} /${url.path.map((part) => part.replace(/^:(.*)/, '{$1}')).join('/')}`,
  );
  expect(new Set(routes)).toEqual(new Set(documented));
});

it('keeps secrets out of the environment', () => {
  const secrets = environment.values.filter(({ key }) => /code|password|token/i.test(key));
  expect(secrets.map(({ key }) => key)).toEqual(['setupCode', 'adminPassword', 'metricsToken']);
  for (const { type, value } of secrets) expect([type, value]).toEqual(['secret', '']);
});

/** Runs the collection from top to bottom, or some of its folders, with these values in its environment. */
function runCollection(
  values: Record<string, string>,
  folders?: string[],
): Promise<NewmanRunSummary> {
  const options: NewmanRunOptions = {
    collection: structuredClone(collection) as object,
    environment,
    envVar: Object.entries({ baseUrl: server.url, ...values }).map(([key, value]) => ({
      key,
      value,
    })),
    ...(folders && { folder: folders }),
  };
  return new Promise((resolve, reject) => {
    newman.run(options, (error, summary) => (error ? reject(error) : resolve(summary)));
  });
}

describe('runs from top to bottom without a hand', () => {
  const namesIn = (folders: Collection['item']) =>
    folders.flatMap(({ item }) => item.map(({ name }) => name));
  const all = namesIn(collection.item);
  // Those of Ana in that folder are refused; all others there are for admins.
  const administration = collection.item.filter(({ name }) => name === '11 Administration');
  const ofAdmins = namesIn(administration).filter((name) => !name.startsWith('Ana '));
  const some = [collection.item[0]!, ...administration];
  const admin = { setupCode: SETUP_CODE, adminPassword: 'the password of the admin' };

  // The whole collection runs once, because it takes long.
  const part = some.map(({ name }) => name);
  it.each([
    {
      title: 'on a fresh server, by somebody who is no admin',
      values: {},
      wanted: all.filter((name) => !ofAdmins.includes(name)),
    },
    { title: 'again in part, by the first admin', values: admin, part, wanted: namesIn(some) },
    { title: 'and in part, once there is an admin', values: admin, part, wanted: namesIn(some) },
  ])('$title', async ({ values, part: folders, wanted }) => {
    const { run } = await runCollection(values, folders);
    const failures = run.failures.map(
      ({ source, error }) => `${source?.name}: ${error.test}: ${error.message}`,
    );
    expect(failures).toEqual([]);
    const sent = run.executions.filter(({ response }) => response as unknown);
    expect(sent.map(({ item }) => item.name)).toEqual(wanted);
    const untested = sent.filter(({ assertions }) => !assertions?.length);
    expect(untested.map(({ item }) => item.name)).toEqual([]);
  });
});

describe('postman/live.ts', () => {
  const live = (url: string) =>
    promisify(execFile)(process.execPath, [fileURLToPath(new URL('live.ts', folder)), url]);

  it('opens the event stream and the WebSocket, and prints what it sends and receives', async () => {
    const { stdout } = await live(server.url);
    for (const line of [
      /^stream < event: ready$/m,
      /^socket < \{"type":"welcome"/m,
      /^socket < \{"type":"live"/m,
      /^socket > \{"type":"send","text":"from a socket","ref":"1"\}$/m,
      /^socket < \{"type":"ack","seq":\d+,"ref":"1"\}$/m,
      /^socket closed with 1005$/m,
      /^stream < data: \{"type":"message\.created".*"text":"from a socket"/m,
    ]) {
      expect(stdout).toMatch(line);
    }
  });

  it('fails with one line where no server is', async () => {
    const away = 'http://127.0.0.1:9';
    await expect(live(away)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^http:\/\/127\.0\.0\.1:9: [^\n]+\n$/),
    });
  });
});
