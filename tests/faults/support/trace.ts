import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from '../../support/server.ts';

/** One system call; `begin` and `end` are line numbers of the trace, and so give the order of events. */
export interface Call {
  readonly name: string;
  /** Its arguments and result as strace prints them, with the path of each file. */
  readonly text: string;
  readonly begin: number;
  readonly end: number;
}

/**
 * Traces the system calls of a process until the returned function is called, which returns them. strace holds
 * each thread until it has recorded its call, so an effect never precedes its cause in the trace.
 */
export async function watch(pid: number, calls: readonly string[]): Promise<() => Promise<Call[]>> {
  const file = join(temporaryFolder(), 'trace');
  try {
    execFileSync('strace', ['-V'], { stdio: 'pipe' });
  } catch (error) {
    throw new Error('This test needs strace: apt-get install strace', { cause: error });
  }
  const options = ['-f', '-y', '-s', '100000', '-e', `trace=${calls.join()}`, '-e', 'signal=none'];
  const strace = spawn('strace', [...options, '-o', file, '-p', String(pid)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(strace, 'exit');
  onTestFinished(() => void strace.kill('SIGTERM'));
  let output = '';
  await new Promise<void>((resolve, reject) => {
    strace.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('attached')) resolve();
    });
    void ended.then(() => reject(new Error(`strace could not attach: ${output}`)));
  });
  return async () => {
    // strace detaches, and the process continues.
    strace.kill('SIGTERM');
    await ended;
    return readTrace(file);
  };
}

/** Parses a trace. A call during which another thread made one takes two lines. */
async function readTrace(file: string): Promise<Call[]> {
  const calls: Call[] = [];
  const unfinished = new Map<string, { text: string; begin: number }>();
  let lineNumber = 0;
  for await (const line of createInterface({ input: createReadStream(file, 'latin1') })) {
    lineNumber += 1;
    const [, thread = '', rest = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
    const begun = / <unfinished \.\.\.>$/.exec(rest);
    const resumed = /^<\.\.\. \w+ resumed>/.exec(rest);
    if (begun) {
      unfinished.set(thread, { text: rest.slice(0, begun.index), begin: lineNumber });
      continue;
    }
    const start = resumed ? unfinished.get(thread) : { text: '', begin: lineNumber };
    if (!start) continue;
    const text = start.text + rest.slice(resumed?.[0].length ?? 0);
    calls.push({ name: /^\w+/.exec(text)?.[0] ?? '', text, begin: start.begin, end: lineNumber });
  }
  return calls;
}
