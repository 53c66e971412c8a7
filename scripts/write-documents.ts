import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format } from 'prettier';
import { postmanCollection } from '../postman/collection.ts';
import type { OpenApi } from '../postman/openapi.ts';
import { createApp } from '../src/app.ts';
import { readConfig } from '../src/config.ts';
import { createLogger } from '../src/logger.ts';
import { typesOf } from './openapi-types.ts';

/*
 * Writes docs/openapi.json and docs/asyncapi.json as a server sends them, and what is made of the former: the types
 * in docs/openapi.d.ts and the Postman collection. `npm run documents`.
 */

const dataDir = mkdtempSync(join(tmpdir(), 'charla-documents-'));
const app = await createApp({
  config: readConfig({ DATA_DIR: dataDir, PORT: '0' }),
  logger: createLogger('error', process.stderr),
  onLost: (error) => {
    throw error;
  },
});

async function get(path: string): Promise<string> {
  const { statusCode, body } = await app.inject(path);
  if (statusCode !== 200) throw new Error(`${path} returned ${statusCode}: ${body}`);
  return body;
}

function write(file: string, content: string): void {
  writeFileSync(new URL(`../${file}`, import.meta.url), content);
  console.log(`${file} is written`);
}

const formatted = (json: string) => format(json, { parser: 'json', printWidth: 100 });

try {
  const openapi = await get('/docs/json');
  write('docs/openapi.json', await formatted(openapi));
  write('docs/asyncapi.json', await formatted(await get('/docs/asyncapi.json')));
  write('docs/openapi.d.ts', await typesOf(openapi));
  const collection = JSON.stringify(postmanCollection(JSON.parse(openapi) as OpenApi));
  write('postman/Charla.postman_collection.json', await formatted(collection));
} finally {
  await app.close();
  rmSync(dataDir, { recursive: true, force: true });
}
