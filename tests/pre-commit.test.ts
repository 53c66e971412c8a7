import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { packageRoot } from '../src/package.ts';
import { createRepository, type Repository } from './support/repository.ts';

const tsconfig = JSON.stringify({
  compilerOptions: { strict: true, types: [] },
  include: ['**/*.ts'],
});

/** A repository with the hook, and with the tools of this one where it is to have them. */
async function repositoryWithHook({ tools = true } = {}): Promise<Repository> {
  const repository = await createRepository();
  cpSync(join(packageRoot, '.githooks'), join(repository.folder, '.githooks'), { recursive: true });
  if (tools) {
    mkdirSync(join(repository.folder, 'node_modules'));
    symlinkSync(
      join(packageRoot, 'node_modules/.bin'),
      join(repository.folder, 'node_modules/.bin'),
    );
  }
  repository.write({
    '.gitignore': 'node_modules\n',
    '.oxlintrc.json': '{ "rules": { "eqeqeq": "error" } }\n',
    'tsconfig.json': tsconfig,
    'tsconfig.page.json': tsconfig,
    'public/worker/tsconfig.json': tsconfig,
    'public/worker/first.ts': 'export const first = 1;\n',
  });
  await repository.git('add', '.');
  await repository.git('commit', '--quiet', '--message=Start');
  await repository.git('config', 'core.hooksPath', '.githooks');
  return repository;
}

it('the hook refuses a commit with one line, which names the fault and what to do', async () => {
  const repository = await repositoryWithHook();
  const commit = async (name: string, text: string) => {
    repository.write({ [name]: text });
    await repository.git('add', name);
    return repository.run('git', 'commit', '--quiet', '--message=Change');
  };
  expect(await commit('a file.md', '*  one\n')).toMatchObject({
    code: 1,
    stderr:
      'Not committed: not formatted: a file.md. Run "npm run format", and stage the file again.\n',
  });
  await repository.git('rm', '--cached', '--quiet', 'a file.md');
  expect(await commit('a.ts', 'export const same = (a: number) => a == 1;\n')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /^Not committed: lint: a\.ts:1:\d+: .+\. Run "npm run lint" for the rest\.\n$/,
    ),
  });
  expect(await commit('a.ts', 'export const same: string = 1;\n')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /^Not committed: types: a\.ts\(1,14\): .+[^.]\. Run "npm run typecheck" for the rest\.\n$/,
    ),
  });
  expect(await repository.git('log', '--format=%s')).toBe('Start');
});

it('the hook judges what is staged, whatever the files hold by now', async () => {
  const repository = await repositoryWithHook();
  repository.write({ 'a.ts': 'export const a = 1;\n' });
  await repository.git('add', 'a.ts');
  repository.write({ 'a.ts': 'export   const a: string = 1' });
  expect(await repository.run('git', 'commit', '--quiet', '--message=Good')).toEqual({
    code: 0,
    stdout: '',
    stderr: '',
  });
  await repository.git('add', 'a.ts');
  repository.write({ 'a.ts': 'export const a = 2;\n' });
  expect((await repository.run('git', 'commit', '--quiet', '--message=Bad')).code).toBe(1);
  expect(await repository.git('log', '--format=%s')).toBe('Good\nStart');
  expect(readFileSync(join(repository.folder, 'a.ts'), 'utf8')).toBe('export const a = 2;\n');
});

it('the hook says that it checked nothing where the tools are not installed', async () => {
  const repository = await repositoryWithHook({ tools: false });
  repository.write({ 'a.ts': 'export   const a: string = 1' });
  await repository.git('add', 'a.ts');
  expect(await repository.run('git', 'commit', '--quiet', '--message=Unchecked')).toEqual({
    code: 0,
    stdout: '',
    stderr:
      'Committed without a check of format, lint and types: run "npm ci" to install the tools.\n',
  });
});

it('.editorconfig says what prettier does', async () => {
  const [everywhere = ''] = readFileSync(join(packageRoot, '.editorconfig'), 'utf8').split('\n[*.');
  const own = (await resolveConfig(join(packageRoot, 'src/app.ts')))!;
  const both = await resolveConfig(join(packageRoot, 'src/app.ts'), { editorconfig: true });
  expect(own).toMatchObject({ printWidth: 100 });
  expect(everywhere).toContain(`max_line_length = ${String(own.printWidth)}\n`);
  // What prettier does where its own configuration is silent.
  expect(both).toEqual({ ...own, useTabs: false, tabWidth: 2, endOfLine: 'lf' });
});
