import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/** Asks for a new password, twice and unseen on a terminal; elsewhere it is the first line of standard input. */
export async function readPassword(): Promise<string> {
  if (!process.stdin.isTTY) return firstLine();
  const password = await ask('New password: ');
  if ((await ask('The same again: ')) === password) return password;
  throw new Error('the two passwords differ; run it again');
}

async function firstLine(): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  for await (const line of lines) return line;
  throw new Error('standard input is empty; write the new password there, in one line');
}

/** Asks on the terminal, and shows nothing of what is typed. */
function ask(question: string): Promise<string> {
  process.stderr.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true });
  return new Promise((resolve, reject) => {
    terminal.on('SIGINT', () => {
      terminal.close();
      reject(new Error('it was stopped; nothing was changed'));
    });
    terminal.question('', (answer) => {
      terminal.close();
      process.stderr.write('\n');
      resolve(answer);
    });
  });
}
