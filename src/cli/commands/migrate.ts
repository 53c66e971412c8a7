import { Command } from 'commander';
import { action, examples, jsonOption } from '../command.ts';

export function migrateCommand(): Command {
  const status = new Command('status')
    .description('list the migrations that have run, and those that are pending')
    .addOption(jsonOption())
    .action(
      action('Charla cannot read the migrations', async (report) => {
        const { showMigrations } = await import('../migrate.ts');
        await showMigrations(report);
      }),
    );
  const up = new Command('up')
    .description(
      'bring the database to this version, or create it; the server does the same at its start',
    )
    .addOption(jsonOption())
    .action(
      action('Charla cannot migrate', async (report) => {
        const { runMigrations } = await import('../migrate.ts');
        await runMigrations(report);
      }),
    );
  return new Command('migrate')
    .description('show and run the migrations of the database')
    .addCommand(up)
    .addCommand(status)
    .addHelpText(
      'after',
      examples([
        ['charla migrate status', 'lists the migrations of ./data'],
        ['charla migrate up', 'migrates it, while its server is stopped'],
      ]),
    );
}
