import { Command } from 'commander';
import type { UpdateAccount } from '../../protocol/commands.ts';
import { action, examples, jsonOption } from '../command.ts';

const FAILURE = 'Charla cannot change the account';

export function userCommand(): Command {
  const command = new Command('user')
    .description(
      'manage accounts, also while the server runs; passwords are read from standard input',
    )
    .addHelpText(
      'after',
      examples([
        ['charla user create ana@example.org --name Ana --admin', 'asks for a password'],
        ['charla user password ana@example.org < new-password.txt', 'signs her out everywhere'],
        ['charla user reset-link ana@example.org', 'prints a link by which she chooses one'],
        ['charla user disable ana@example.org', 'signs her out, and lets her in no more'],
      ]),
    );
  for (const one of [
    createCommand(),
    passwordCommand(),
    resetLinkCommand(),
    rights('admin', 'make an account an admin', { isAdmin: true }, 'is an admin'),
    rights('no-admin', 'make an admin an ordinary account', { isAdmin: false }, 'is no admin'),
    rights(
      'disable',
      'end all sessions of an account, and let nobody sign in',
      { isDisabled: true },
      'is disabled',
    ),
    rights('enable', 'let a disabled account sign in again', { isDisabled: false }, 'is enabled'),
  ]) {
    command.addCommand(one);
  }
  return command;
}

const createCommand = (): Command =>
  new Command('create')
    .description('create an account, also where REGISTRATION is closed')
    .argument('<email>')
    .requiredOption('--name <name>', 'the name that others see')
    .option('--admin', 'make it an admin')
    .addOption(jsonOption())
    .action(
      action('Charla cannot create the account', async (report, [email = ''], options) => {
        const { createUser } = await import('../user.ts');
        const isAdmin = options['admin'] === true;
        await createUser(report, { email, name: options['name'], isAdmin });
      }),
    );

const passwordCommand = (): Command =>
  new Command('password')
    .description('set a new password, and end all sessions of the account')
    .argument('<email>')
    .addOption(jsonOption())
    .action(
      action(FAILURE, async (report, [email = '']) => {
        const { changePassword } = await import('../user.ts');
        await changePassword(report, email);
      }),
    );

const resetLinkCommand = (): Command =>
  new Command('reset-link')
    .description(
      'make a link by which the owner of an account sets a new password, once, for an hour',
    )
    .argument('<email>')
    .addOption(jsonOption())
    .action(
      action('Charla cannot make the link', async (report, [email = '']) => {
        const { makeResetLink } = await import('../user.ts');
        await makeResetLink(report, email);
      }),
    );

const rights = (name: string, what: string, changes: UpdateAccount, result: string): Command =>
  new Command(name)
    .description(what)
    .argument('<email>')
    .addOption(jsonOption())
    .action(
      action(FAILURE, async (report, [email = '']) => {
        const { changeRights } = await import('../user.ts');
        await changeRights(report, email, { changes, result });
      }),
    );
