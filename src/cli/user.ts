import { caseFold } from '../../public/shared/case-fold.js';
import { newId } from '../chat/ids.ts';
import { colorFor, nameFrom } from '../chat/names.ts';
import type { OperatorChange } from '../chat/mutations/operator.ts';
import { Passwords } from '../chat/services/passwords.ts';
import { readConfig, type Config } from '../config.ts';
import { isoTime } from '../store/mapping/time.ts';
import { newResetToken, resetPath } from '../chat/reset.ts';
import { Register, type UpdateAccount } from '../protocol/commands.ts';
import { compileValidator } from '../protocol/validate.ts';
import { perform } from './operator-database.ts';
import { readPassword } from './password.ts';
import type { Report } from './report.ts';

/** Creates an account, with the password of standard input. */
export async function createUser(
  report: Report,
  { email, name: rawName, isAdmin }: { email: string; name: unknown; isAdmin: boolean },
): Promise<void> {
  const config = readConfig(process.env);
  const input = toRegister({ email, name: rawName, password: await readPassword() });
  const { name, key: nameKey } = nameFrom(input.name);
  const account = {
    id: newId(),
    email: input.email.trim(),
    emailKey: keyOf(input.email),
    name,
    nameKey,
    color: colorFor(name),
    passwordHash: await hash(config, input.password),
    isAdmin,
    createdAt: Date.now(),
  };
  const change = await perform(config, 'createAccount', { account });
  print(report, change, `is created${isAdmin ? ', as an admin' : ''}`);
}

/** Sets the password of standard input, and ends all sessions of the account. */
export async function changePassword(report: Report, email: string): Promise<void> {
  const config = readConfig(process.env);
  const passwordHash = await hash(config, await readPassword());
  const change = await perform(config, 'setPassword', { emailKey: keyOf(email), passwordHash });
  print(report, change, 'has a new password, and is signed out everywhere');
}

/** Changes what an account may do; `result` says what it is then. */
export async function changeRights(
  report: Report,
  email: string,
  { changes, result }: { changes: UpdateAccount; result: string },
): Promise<void> {
  const config = readConfig(process.env);
  print(report, await perform(config, 'setRights', { emailKey: keyOf(email), changes }), result);
}

/** Makes a link that sets a new password, once, within an hour. */
export async function makeResetLink(report: Report, email: string): Promise<void> {
  const config = readConfig(process.env);
  const { token, kept } = newResetToken();
  const { account } = await perform(config, 'addResetToken', { emailKey: keyOf(email), ...kept });
  const url = (config.publicUrl ?? '') + resetPath(token);
  const expiresAt = isoTime(kept.expiresAt);
  const lines = [
    `${account.name} (${account.email}) can set a new password here, once, until ${expiresAt}:`,
    url,
  ];
  if (config.publicUrl === null) {
    lines.push('PUBLIC_URL is not set: put the address of your server before it.');
  }
  report.finish(lines, { user: account, url, expiresAt });
}

const toRegister = compileValidator(Register);
const keyOf = (email: string): string => caseFold(email.trim());

function print(report: Report, { account, endedSessions }: OperatorChange, result: string): void {
  report.finish([`${account.name} (${account.email}) ${result}.`], {
    user: account,
    endedSessions: endedSessions.length,
  });
}

/** Hashes a new password as the server does. Throws `validation_failed` where it is too short or too long. */
async function hash({ bcryptCost }: Config, password: string): Promise<string> {
  const passwords = new Passwords(bcryptCost);
  try {
    return await passwords.hashNew(password, { address: '', account: '' });
  } finally {
    await passwords.close();
  }
}
