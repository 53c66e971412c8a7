import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format } from 'prettier';
import { createApp } from '../src/app.ts';
import { readConfig } from '../src/config.ts';
import { createLogger } from '../src/logger.ts';

/* Writes docs/openapi.json and docs/asyncapi.json as a server sends them: `npm run documents`. */

const dataDir = mkdtempSync(join(tmpdir(), 'charla-documents-'));
const app = await createApp({
  config: readConfig({ DATA_DIR: dataDir, PORT: '0' }),
  logger: createLogger('error', process.stderr),
  onLost: (error) => {
    throw error;
  },
});
try {
  for (const [path, name] of [
    ['/docs/json', 'openapi.json'],
    ['/docs/asyncapi.json', 'asyncapi.json'],
  ] as const) {
    const { statusCode, body } = await app.inject(path);
    if (statusCode !== 200) throw new Error(`${path} returned ${statusCode}: ${body}`);
    const file = new URL(`../docs/${name}`, import.meta.url);
    writeFileSync(file, await format(body, { parser: 'json', printWidth: 100 }));
    console.log(`docs/${name} is written`);
  }
} finally {
  await app.close();
  rmSync(dataDir, { recursive: true, force: true });
}
