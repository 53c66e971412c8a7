import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from '../../support/server.ts';

/** One system call: `begin` and `end` are places in the order in which things happened. */
export interface Call {
  readonly name: string;
  /** Its arguments and result, as strace shows them, with the path of each file. */
  readonly text: string;
  readonly begin: number;
  readonly end: number;
}

/**
 * Watches what a process asks of the system, until the function that is answered is called. Each
 * thread stands still until strace has noted its call, so the order of the notes is the order in
 * which one thing can have caused another.
 */
export async function watch(pid: number, calls: readonly string[]): Promise<() => Promise<Call[]>> {
  const file = join(temporaryFolder(), 'trace');
  try {
    execFileSync('strace', ['-V'], { stdio: 'pipe' });
  } catch (error) {
    throw new Error('This proof needs strace: apt-get install strace', { cause: error });
  }
  const options = ['-f', '-y', '-s', '100000', '-e', `trace=${calls.join()}`, '-e', 'signal=none'];
  const strace = spawn('strace', [...options, '-o', file, '-p', String(pid)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(strace, 'exit');
  onTestFinished(() => void strace.kill('SIGTERM'));
  let said = '';
  await new Promise<void>((resolve, reject) => {
    strace.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('attached')) resolve();
    });
    void ended.then(() => reject(new Error(`strace could not watch: ${said}`)));
  });
  return async () => {
    // It lets go of the process, which goes on.
    strace.kill('SIGTERM');
    await ended;
    return readTrace(file);
  };
}

/** A call during which another thread did something stands on two lines. */
async function readTrace(file: string): Promise<Call[]> {
  const calls: Call[] = [];
  const unfinished = new Map<string, { text: string; begin: number }>();
  let place = 0;
  for await (const line of createInterface({ input: createReadStream(file, 'latin1') })) {
    place += 1;
    const [, thread = '', rest = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
    const begun = / <unfinished \.\.\.>$/.exec(rest);
    const resumed = /^<\.\.\. \w+ resumed>/.exec(rest);
    if (begun) {
      unfinished.set(thread, { text: rest.slice(0, begun.index), begin: place });
      continue;
    }
    const start = resumed ? unfinished.get(thread) : { text: '', begin: place };
    if (!start) continue;
    const text = start.text + rest.slice(resumed?.[0].length ?? 0);
    calls.push({ name: /^\w+/.exec(text)?.[0] ?? '', text, begin: start.begin, end: place });
  }
  return calls;
}
