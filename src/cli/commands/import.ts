import { Command } from 'commander';
import { action, examples, jsonOption } from '../command.ts';

export const importCommand = (): Command =>
  new Command('import')
    .description(
      'fill an empty DATA_DIR, or an empty PostgreSQL database, with an export of Charla or of another program. ' +
        'Interrupted, it goes on when it is run again',
    )
    .argument('<folder>', 'what `charla export` has made, or what docs/export.md describes')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples([
        ['DATA_DIR=./new charla import /exports/today', 'makes a database in ./new'],
        [
          'DATABASE_URL=postgres://charla@db/charla charla import ./moving',
          'fills a PostgreSQL database without accounts; its nodes are stopped',
        ],
      ]),
    )
    .action(
      action('Charla cannot import', async (report, [folder = '']) => {
        const { runImport } = await import('../import.ts');
        await runImport(report, folder);
      }),
    );
