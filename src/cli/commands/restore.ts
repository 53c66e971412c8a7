import { Command } from 'commander';
import { action, examples, jsonOption } from '../command.ts';

export const restoreCommand = (): Command =>
  new Command('restore')
    .description(
      'restore a backup into an empty DATA_DIR and FILES_DIR, or an empty PostgreSQL database',
    )
    .argument('<folder>', 'what `charla backup` has made')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples([
        [
          'DATA_DIR=./restored charla restore /backups/today',
          'then start the server with that DATA_DIR',
        ],
      ]),
    )
    .action(
      action('Charla cannot restore', async (report, [backup = '']) => {
        const { runRestore } = await import('../restore.ts');
        await runRestore(report, backup);
      }),
    );
