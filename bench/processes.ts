import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

export const root = new URL('..', import.meta.url).pathname;

/** Nodes of one server share a core. PostgreSQL runs on whichever is free. */
const CORES = { server: '0', client: '1', database: '0,1' };
/** True if server and client each get their own core: it takes two cores and `taskset`. */
export const isPinned = availableParallelism() > 1 && spawnSync('taskset', ['-V']).status === 0;

/** Pins this process to the client's core: reading the server's log must not cost the server. */
export function keepToClientCore(): void {
  if (isPinned) spawnSync('taskset', ['-acp', CORES.client, String(process.pid)]);
}

/** Starts a command on its core, with an IPC channel. */
export function spawnPinned(
  core: keyof typeof CORES,
  command: readonly string[],
  env: Readonly<Record<string, string>>,
): ChildProcess {
  const pinned = isPinned ? ['taskset', '-c', CORES[core], ...command] : command;
  const [file = '', ...args] = pinned;
  return spawn(file, args, {
    cwd: root,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}

export interface Client<Result> {
  /** The client's result; rejects if the client exits without one. */
  readonly result: Promise<Result>;
  readonly end: () => Promise<void>;
}

const READY = 'ready';

/** Starts a program of `bench/clients` with `plan` as its JSON argument. */
export function startClient<Result>(
  name: string,
  plan: object,
  onReady?: () => void,
): Client<Result> {
  const command = [process.execPath, `bench/clients/${name}.ts`, JSON.stringify(plan)];
  const client = spawnPinned('client', command, {});
  client.stderr!.pipe(process.stderr, { end: false });
  const exited = once(client, 'exit');
  const failed = exited.then(() => {
    throw new Error(`the client "${name}" exited without a result`);
  });
  const received = new Promise<Result>((resolve) => {
    client.on('message', (message) =>
      message === READY ? onReady?.() : resolve(message as Result),
    );
  });
  return {
    result: Promise.race([received, failed]),
    end: async () => {
      client.kill();
      await exited;
    },
  };
}

/** Tells the runner that it can probe the server now. */
export const signalReady = (): void => void process.send!(READY);
/** Sends the client's result to the runner. */
export const sendResult = (result: object): void => void process.send!(result);

/** Returns the plan that `startClient` passed. */
export const readPlan = (): unknown => JSON.parse(process.argv[2]!);

/**
 * The times of a process as the kernel counts them: of all its threads, and of its ended children, in seconds
 * (Linux only, in steps of 10 ms).
 */
function processTimes(pid: number): { own: number; endedChildren: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // After the process name, utime is the 12th field; stime, cutime and cstime follow. A tick is 10 ms everywhere.
  const [user, system, childUser, childSystem] = fields.slice(11, 15).map(Number) as Four;
  return { own: (user + system) / 100, endedChildren: (childUser + childSystem) / 100 };
}
type Four = [number, number, number, number];

/** CPU seconds that all threads of a process have spent so far. */
export const cpuSeconds = (pid: number): number => processTimes(pid).own;

/** CPU seconds of a process and its children, also of those that have ended, such as PostgreSQL's. */
export function cpuSecondsWithChildren(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  // A child that ends meanwhile is among the ended ones, because they are read last.
  const living = children === '' ? [] : children.split(' ').map((child) => ownTime(Number(child)));
  const { own, endedChildren } = processTimes(pid);
  return living.reduce((sum, time) => sum + time, own + endedChildren);
}

function ownTime(pid: number): number {
  try {
    return processTimes(pid).own;
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return 0;
    throw error;
  }
}

/** The resident memory of a process, in bytes. */
export function residentBytes(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!;
  return Number(kib) * 1024;
}
