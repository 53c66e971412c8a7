import { expect, it } from 'vitest';
import { version } from '../../src/package.ts';
import { charla, refused } from '../support/charla.ts';
import { temporaryFolder } from '../support/server.ts';

const COMMANDS = [
  'serve',
  'migrate',
  'migrate-to-postgres',
  'backup',
  'restore',
  'export',
  'import',
  'user',
  'doctor',
];

it('prints help without a command, with the exit code of wrong usage', async () => {
  const { code, stdout, stderr } = await charla([], {});
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  for (const command of COMMANDS) expect(stderr).toContain(`\n  ${command} `);
});

it('prints its version', async () => {
  expect(await charla(['--version'], {})).toMatchObject({ code: 0, stdout: `${version}\n` });
});

it.each(COMMANDS)('explains %s, with examples', async (command) => {
  const { code, stdout } = await charla([command, '--help'], {});
  expect(code).toBe(0);
  expect(stdout).toMatch(new RegExp(`^Usage: charla ${command}`));
  expect(stdout).toMatch(new RegExp(`\nExamples:\n.*charla ${command}`));
});

it.each([
  [['bakcup'], /charla: unknown command 'bakcup' \(Did you mean backup\?\); see `charla --help`/],
  [['backup'], /charla: missing required argument 'folder'; see `charla backup --help`/],
  [['backup', 'a', 'b'], /charla: too many arguments .*; see `charla backup --help`/],
  [['export'], /charla: missing required argument 'folder'; see `charla export --help`/],
  [['import', 'a', 'b'], /charla: too many arguments .*; see `charla import --help`/],
  [['doctor', '--frob'], /charla: unknown option '--frob'; see `charla doctor --help`/],
  [['migrate', 'down'], /charla: unknown command 'down'; see `charla migrate --help`/],
  [['user', 'create', 'a@b'], /charla: required option '--name <name>' not specified; .*/],
])('refuses %j with one line, and with 2', async (args, line) => {
  expect(await charla(args, {})).toEqual(refused(2, line));
});

it('refuses settings that a server would refuse, and a folder that has no database', async () => {
  const env = { PORT: '70000' };
  expect(await charla(['backup', 'x'], { env })).toEqual(
    refused(1, /Charla cannot back up: PORT=70000 is not valid: .*/),
  );
  const DATA_DIR = temporaryFolder();
  const missing = new RegExp(`.*: DATA_DIR=${DATA_DIR} has no charla.db; .*`);
  for (const args of [
    ['backup', `${DATA_DIR}/backup`],
    ['export', `${DATA_DIR}/export`],
    ['user', 'password', 'ana@example.org'],
  ]) {
    expect(await charla(args, { env: { DATA_DIR }, input: 'correct horse' })).toEqual(
      refused(1, missing),
    );
  }
});
