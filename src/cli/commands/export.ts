import { Command } from 'commander';
import { action, examples, jsonOption } from '../command.ts';

export const exportCommand = (): Command =>
  new Command('export')
    .description(
      'write accounts, rooms, messages and files to a new folder that any program can read, while the server runs. ' +
        'Interrupted, it goes on when it is run again',
    )
    .argument('<folder>', 'where to: a folder that does not exist, or is empty')
    .option('--with-passwords', 'include the hashes of passwords, so that people can sign in later')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples([
        ['charla export /exports/today', 'exports ./data; docs/export.md explains what is there'],
        [
          'charla export ./moving --with-passwords',
          'then, elsewhere: DATABASE_URL=postgres://… charla import ./moving',
        ],
      ]),
    )
    .action(
      action('Charla cannot export', async (report, [target = ''], options) => {
        const { runExport } = await import('../export.ts');
        await runExport(report, target, { hasPasswords: options['withPasswords'] === true });
      }),
    );
