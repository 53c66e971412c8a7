import { folders } from './folders.ts';
import { operationOf, type OpenApi, type Operation } from './openapi.ts';
import { testScript } from './scripts.ts';
import type { Body, Folder, Step, Who } from './step.ts';

/* Writes the Postman collection (format 2.1) from the folders and what the OpenAPI document says of their routes. */

const SCHEMA = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';

const DESCRIPTION = `Every call of Charla, a self-hosted chat server, in the order in which two people might use them. Each request has tests of its response and keeps what later requests need: run the collection from top to bottom (Run collection), then read and change single requests.

The environment *Charla* has the address of the server (\`baseUrl\`). Nothing else has to be set, but for folder 10, which is for admins. The limits of a server allow three runs a minute.`;

/** Returns the collection, for JSON. */
export function postmanCollection(document: OpenApi): object {
  return {
    info: { name: 'Charla', description: DESCRIPTION, schema: SCHEMA },
    auth: bearer('ana'),
    variable: [{ key: 'baseUrl', value: 'http://localhost:3000' }],
    item: folders.map((folder) => folderItem(document, folder)),
  };
}

const folderItem = (document: OpenApi, { name, description, steps }: Folder) => ({
  name,
  description,
  item: steps.map((step) => stepItem(document, step)),
});

function stepItem(document: OpenApi, step: Step): object {
  const operation = operationOf(document, step.route);
  const [method] = step.route.split(' ');
  const { name, note, headers = {}, body } = step;
  const as = step.as ?? (operation.security ? 'ana' : 'nobody');
  const type = body && 'fileName' in body ? {} : contentType(body);
  // What a redirect leads to is another server's.
  const isRedirect = [step.status].flat().includes(302);
  return {
    name,
    ...(isRedirect && { protocolProfileBehavior: { followRedirects: false } }),
    event: [
      ...(step.before ? [script('prerequest', step.before)] : []),
      script('test', testScript(document, step)),
    ],
    request: {
      method,
      description: [note, operation.description].filter(Boolean).join('\n\n'),
      // Whoever nothing is said of has the token of the collection.
      ...(as !== 'ana' && { auth: bearer(as) }),
      header: Object.entries({ ...type, ...headers }).map(([key, value]) => ({ key, value })),
      ...(body && { body: bodyOf(body) }),
      url: urlOf(step, operation),
    },
  };
}

const script = (listen: string, exec: readonly string[]) => ({
  listen,
  script: { type: 'text/javascript', exec },
});

function bearer(who: Who): object {
  if (who === 'nobody') return { type: 'noauth' };
  const value = `{{${who}Token}}`;
  return { type: 'bearer', bearer: [{ key: 'token', value, type: 'string' }] };
}

function contentType(body: Exclude<Body, { fileName: string }> | undefined) {
  if (!body) return {};
  return { 'Content-Type': 'json' in body ? 'application/json' : body.type };
}

function bodyOf(body: Body): object {
  if ('fileName' in body) {
    const { fileName, content } = body;
    // Not every version of Postman sends the file name of a text; by this type, the part is a file without one.
    const partType = 'application/octet-stream';
    return {
      mode: 'formdata',
      formdata: [{ key: 'file', type: 'text', value: content, contentType: partType, fileName }],
    };
  }
  if ('text' in body) return { mode: 'raw', raw: body.text };
  // A seq is a number.
  const raw = JSON.stringify(body.json, null, 2).replaceAll(/"(\{\{\w+Seq\}\})"/g, '$1');
  return { mode: 'raw', raw, options: { raw: { language: 'json' } } };
}

function urlOf({ route, path = {}, query = {} }: Step, { parameters = [] }: Operation): object {
  const description = (name: string) => parameters.find((one) => one.name === name)?.description;
  const template = route.split(' ')[1]!;
  const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  const parts = template.slice(1).replaceAll(/\{(\w+)\}/g, ':$1');
  const pairs = Object.entries(query).map(([key, value]) => `${key}=${value}`);
  return {
    raw: `{{baseUrl}}/${parts}${pairs.length > 0 ? `?${pairs.join('&')}` : ''}`,
    host: ['{{baseUrl}}'],
    path: parts.split('/'),
    ...(pairs.length > 0 && {
      query: Object.entries(query).map(([key, value]) => ({
        key,
        value,
        description: description(key),
      })),
    }),
    ...(names.length > 0 && {
      variable: names.map((key) => ({
        key,
        value: path[key] ?? `{{${key}}}`,
        description: description(key),
      })),
    }),
  };
}
