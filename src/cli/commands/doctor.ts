import { Command } from 'commander';
import { action, examples, jsonOption } from '../command.ts';

export const doctorCommand = (): Command =>
  new Command('doctor')
    .description(
      'check settings, disk, clock, database, files and the running server; changes nothing',
    )
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples([
        ['charla doctor', 'checks ./data, and http://127.0.0.1:3000 where a server runs there'],
        ['charla doctor --json', 'for monitoring: the exit code is 1 where something is wrong'],
      ]),
    )
    .action(
      action('Charla cannot check', async (report) => {
        const { runDoctor } = await import('../doctor.ts');
        await runDoctor(report);
      }),
    );
