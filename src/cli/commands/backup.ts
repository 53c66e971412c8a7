import { Command } from 'commander';
import { action, examples, jsonOption } from '../command.ts';

export const backupCommand = (): Command =>
  new Command('backup')
    .description(
      'copy the database and the files to a new folder, while the server runs. The copy has password hashes and the ' +
        'generated key: keep it as safe as DATA_DIR',
    )
    .argument('<folder>', 'where to: a folder that does not exist, or is empty')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples([
        ['charla backup /backups/today', 'copies ./data'],
        [
          'DATA_DIR=/var/lib/charla charla backup "/backups/$(date +%F)"',
          'what a nightly timer would run',
        ],
      ]),
    )
    .action(
      action('Charla cannot back up', async (report, [target = '']) => {
        const { runBackup } = await import('../backup.ts');
        await runBackup(report, target);
      }),
    );
