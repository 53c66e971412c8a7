import { Command, CommanderError } from 'commander';
import { version } from '../package.ts';
import { backupCommand } from './commands/backup.ts';
import { EXIT } from './command.ts';
import { doctorCommand } from './commands/doctor.ts';
import { exportCommand } from './commands/export.ts';
import { importCommand } from './commands/import.ts';
import { migrateCommand } from './commands/migrate.ts';
import { moveCommand } from './commands/migrate-to-postgres.ts';
import { restoreCommand } from './commands/restore.ts';
import { serveCommand } from './commands/serve.ts';
import { userCommand } from './commands/user.ts';

const ABOUT = 'Runs and looks after a Charla server.';
const NOTES = `
All commands read the settings of the server, which are environment variables.
DATA_DIR is ./data where it is not set; docs/operations.md lists the others.
Exit codes: 0 it worked, 1 it failed, 2 it was called wrongly.
`;

/** Runs `charla` with the arguments of the process, and sets its exit code. */
export async function run(argv: readonly string[]): Promise<void> {
  // Files that a command creates are private, as those of the server are.
  process.umask(0o077);
  // The reader of a pipe may close it early, as `head` does.
  process.stdout.on('error', () => process.exit());
  const program = new Command('charla')
    .description(ABOUT)
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', NOTES);
  for (const command of [
    serveCommand(),
    migrateCommand(),
    moveCommand(),
    backupCommand(),
    restoreCommand(),
    exportCommand(),
    importCommand(),
    userCommand(),
    doctorCommand(),
  ]) {
    program.addCommand(command);
  }
  throwUsageErrors(program);
  try {
    await program.parseAsync(argv);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
}

/** Makes a command and all below it throw instead of exit, and print errors as one line. */
function throwUsageErrors(command: Command): void {
  command.exitOverride().configureOutput({
    outputError: (text, write) => {
      const line = text
        .trim()
        .replace(/^error: /, '')
        .replaceAll(/\s*\n\s*/g, ' ');
      write(`charla: ${line}; see \`${pathOf(command)} --help\`\n`);
    },
  });
  for (const one of command.commands) throwUsageErrors(one);
}

/** The words that call a command. */
const pathOf = (command: Command): string =>
  command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
