import { Command } from 'commander';
import { examples } from '../command.ts';

export const serveCommand = (): Command =>
  new Command('serve')
    .description('run the server until SIGTERM or Ctrl-C; migrates its database first')
    .addHelpText(
      'after',
      examples([
        ['charla serve', 'serves http://localhost:3000, with its data in ./data'],
        ['PORT=8080 DATA_DIR=/var/lib/charla charla serve', 'serves another port and folder'],
      ]),
    )
    .action(async () => {
      // Loaded late: other commands need none of it.
      const { serve } = await import('../../server.ts');
      await serve();
    });
