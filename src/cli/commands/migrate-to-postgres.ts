import { Command } from 'commander';
import { action, examples, jsonOption } from '../command.ts';

export const moveCommand = (): Command =>
  new Command('migrate-to-postgres')
    .description('copy the SQLite database of DATA_DIR into the empty PostgreSQL of DATABASE_URL')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples([
        [
          'DATABASE_URL=postgres://charla@db/charla charla migrate-to-postgres',
          'copies ./data, whose server is stopped; all of it, checked, or nothing',
        ],
      ]),
    )
    .action(
      action('Charla cannot move', async (report) => {
        const stopping = new AbortController();
        for (const signal of ['SIGINT', 'SIGTERM'] as const) {
          process.once(signal, () => stopping.abort());
        }
        const { runMove } = await import('../migrate-to-postgres.ts');
        await runMove(report, stopping.signal);
      }),
    );
