import { Option } from 'commander';
import { ChatError } from '../protocol/errors.ts';
import { Report } from './report.ts';

/** The exit codes of all commands. */
export const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

/** The options of a command, by their names in camel case. */
export type Options = Readonly<Record<string, unknown>>;

/** Every command that ends by itself has it. */
export const jsonOption = (): Option => new Option('--json', 'print the result as one JSON object');

/** Text below the help of a command: examples, each with what it does. */
export const examples = (list: readonly (readonly [command: string, what: string])[]): string =>
  `\nExamples:\n${list.map(([command, what]) => `  ${command}\n      ${what}`).join('\n')}\n`;

/** What a command throws that has printed what is wrong. */
export class Failed extends Error {}

/**
 * Makes an action of a command out of `work`. Where it throws, one line says why, which begins with `failure`, and the
 * exit code is 1.
 */
export function action(
  failure: string,
  work: (report: Report, args: readonly string[], options: Options) => Promise<void>,
) {
  return async (...given: unknown[]): Promise<void> => {
    // Commander passes the arguments, the options, and the command.
    const args = given.slice(0, -2) as string[];
    const options = given.at(-2) as Options;
    const report = new Report(options['json'] === true);
    // Where nothing is left to wait for before the work is done, Node ends the process with this.
    process.exitCode = EXIT.failed;
    try {
      await work(report, args, options);
      process.exitCode = EXIT.ok;
    } catch (error) {
      report.clear();
      if (error instanceof Failed) return;
      process.stderr.write(`${failure}: ${lineOf(error)}\n`);
    }
  };
}

/** An error as one line for the operator. */
function lineOf(error: unknown): string {
  if (error instanceof ChatError && error.details) {
    return error.details.map(({ path, message }) => `${path.slice(1)} ${message}`).join('; ');
  }
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll(/\s*\n\s*/g, '; ');
}
