import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { inherited } from './child.ts';

/** A fenced `sh` block of a document. */
export interface ShellBlock {
  /** Where it begins, counted from 1. */
  readonly line: number;
  readonly commands: string;
  /** The `text` block right after it: what its commands print. Null where the document shows nothing. */
  readonly prints: string | null;
}

/** Returns the `sh` blocks of a document in order. Throws for one that is indented, which would not be found. */
export function shellBlocksOf(markdown: string): ShellBlock[] {
  const found = markdown.matchAll(/^```sh\n([^]*?)^```\n(?:\n*^```text\n([^]*?)^```)?/gm);
  const blocks = [...found].map(({ index, 1: commands, 2: prints }) => ({
    line: markdown.slice(0, index).split('\n').length,
    commands: commands!,
    prints: prints ?? null,
  }));
  const opened = markdown.match(/```(?:sh|bash|shell|console)\b/g)?.length ?? 0;
  if (opened !== blocks.length) throw new Error('A block of commands does not begin its line');
  return blocks;
}

/**
 * Whether a block has printed what the document says: `…` stands for anything within a line, and as a line of its own
 * for any lines. The ends of lines do not count.
 */
export const agrees = (printed: string, prints: string): boolean =>
  patternOf(prints).test(`${printed.replaceAll('\r', '').trimEnd()}\n`);

function patternOf(prints: string): RegExp {
  const lines = prints.trimEnd().split('\n');
  const patterns = lines.map((line) =>
    line === '…' ? '(?:.*\\n)*' : `${line.split('…').map(escaped).join('.*')}\\n`,
  );
  return new RegExp(`^${patterns.join('')}$`);
}

/** A text as a pattern that only it fits. */
export const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/** How the blocks of a document went. */
export interface Played {
  /** What each block printed on standard output. */
  readonly printed: readonly string[];
  /** Calls of commands that only stand in here (stand-ins.sh). */
  readonly calls: readonly string[];
}

export interface PlayOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

const STAND_INS = fileURLToPath(new URL('stand-ins.sh', import.meta.url));
/** Neither is in any output. */
const [BLOCK, CALL] = ['\u001E', '\u001F'];

/**
 * Runs blocks in order in one bash, as somebody would paste them into a terminal. Throws if a command fails, with the
 * line of its block and what it printed.
 */
export async function play(
  blocks: readonly ShellBlock[],
  { cwd, env }: PlayOptions,
): Promise<Played> {
  const script = blocks.map(({ commands, prints }) => {
    const last = prints?.trimEnd().split('\n').at(-1) ?? '';
    // As a pattern of bash.
    const pattern = last.replaceAll(/[*?[\]\\]/g, String.raw`\$&`).replaceAll('…', '*');
    return `printf '${BLOCK}'; LAST_LINE=${quoted(pattern)}\n${commands}`;
  });
  const bash = spawn('bash', ['-c', `source ${quoted(STAND_INS)}\n${script.join('')}`], {
    cwd,
    env: { ...inherited(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  bash.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  bash.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = await once(bash, 'close');
  const [, ...printed] = stdout.split(BLOCK);
  const lines = stderr.split('\n');
  if (code !== 0) {
    const block = blocks[printed.length - 1];
    throw new Error(`The block at line ${block?.line} failed: ${printed.at(-1)}\n${stderr}`);
  }
  const calls = lines.filter((line) => line.startsWith(CALL)).map((line) => line.slice(1));
  return { printed, calls };
}

const quoted = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`;
