import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { typesOf } from '../scripts/openapi-types.ts';
import type { Message } from '../src/protocol/resources.ts';
import { call, generalRoom, signUp } from './support/client.ts';
import { newFolder, removeFolder, shareServer } from './support/server.ts';

/* The types of the OpenAPI document, as the program of docs/embedding.md uses them. */

const run = promisify(execFile);
const root = fileURLToPath(new URL('../', import.meta.url));
const read = (file: string) => readFileSync(root + file, 'utf8');

const guide = read('docs/embedding.md');
const [, program = ''] = /```ts\n([^]*?)```/.exec(guide)!;

const server = shareServer();

it('docs/openapi.d.ts is made of what a server sends (if it is not, run `npm run documents`)', async () => {
  const document = await (await fetch(`${server.url}/docs/json`)).text();
  expect(read('docs/openapi.d.ts') === (await typesOf(document))).toBe(true);
});

describe('the program of the guide', () => {
  let folder: string;
  beforeAll(() => {
    // A project elsewhere, in which this package and openapi-fetch are installed.
    folder = newFolder();
    mkdirSync(`${folder}/node_modules/@types`, { recursive: true });
    symlinkSync(root, `${folder}/node_modules/charla`);
    for (const name of ['openapi-fetch', '@types/node']) {
      symlinkSync(`${root}node_modules/${name}`, `${folder}/node_modules/${name}`);
    }
    const compilerOptions = {
      module: 'nodenext',
      target: 'es2023',
      types: ['node'],
      strict: true,
      noEmit: true,
      // Whether the types themselves are right is asked, too.
      skipLibCheck: false,
    };
    writeFileSync(`${folder}/package.json`, '{"type":"module"}');
    writeFileSync(`${folder}/tsconfig.json`, JSON.stringify({ compilerOptions }));
    return () => removeFolder(folder);
  });

  /** Wrong uses: what of the program becomes what. */
  const wrong = {
    path: ["'/auth/login'", "'/auth/log-in'"],
    method: ["POST('/auth/login'", "PUT('/auth/login'"],
    field: ["text: 'Typed!'", "txt: 'Typed!'"],
    type: ["text: 'Typed!'", 'text: 1'],
    parameter: ['path: { roomId: id }', 'path: { room: id }'],
    response: ['unreadCount', 'unread'],
  } as const;

  it('compiles, does what it says, and does not compile once it is wrong', async () => {
    writeFileSync(`${folder}/right.ts`, program);
    for (const [name, [right, other]] of Object.entries(wrong)) {
      expect(program).toContain(right);
      writeFileSync(`${folder}/${name}.ts`, program.replaceAll(right, other));
    }
    const tsc = [`${root}node_modules/typescript/bin/tsc`, '-p', folder, '--pretty', 'false'];
    const { stdout: complaints } = await run(process.execPath, tsc, { cwd: folder }).catch(
      (error: { stdout: string }) => error,
    );
    const files = [...complaints.matchAll(/^(.*)\(\d+,\d+\): error/gm)].map(([, file]) => file!);
    expect(new Set(files), complaints).toEqual(
      new Set(Object.keys(wrong).map((name) => `${name}.ts`)),
    );

    const { email, password, token } = await signUp(server, 'Ana');
    const { PATH } = process.env;
    const env = { PATH, CHARLA: server.url, EMAIL: email, PASSWORD: password };
    const { stdout } = await run(process.execPath, ['right.ts'], { cwd: folder, env });
    expect(stdout).toBe('general: 0 unread\n');
    const { id } = await generalRoom(server, token);
    const path = `/rooms/${id}/messages`;
    const { body } = await call<{ messages: Message[] }>(server, 'GET', path, { token });
    expect(body.messages).toMatchObject([{ text: 'Typed!', clientMsgId: 'typed' }]);
  });
});
