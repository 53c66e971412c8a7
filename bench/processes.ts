import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

export const root = new URL('..', import.meta.url).pathname;

const CORES = { server: 0, client: 1 };
/** Client and server each keep to a core of their own, where there are two and something to pin with. */
export const isPinned = availableParallelism() > 1 && spawnSync('taskset', ['-V']).status === 0;

/** Leaves the server's core to the server: what it logs is read on the client's time. */
export function keepToClientCore(): void {
  if (isPinned) spawnSync('taskset', ['-acp', String(CORES.client), String(process.pid)]);
}

/** Starts a command on its core, with a channel to talk by. */
export function spawnPinned(
  core: keyof typeof CORES,
  command: readonly string[],
  env: Readonly<Record<string, string>>,
): ChildProcess {
  const pinned = isPinned ? ['taskset', '-c', String(CORES[core]), ...command] : command;
  const [file = '', ...args] = pinned;
  return spawn(file, args, {
    cwd: root,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}

export interface Client<Result> {
  /** What the client says once it has measured; rejects where it ends without a word. */
  readonly result: Promise<Result>;
  readonly end: () => Promise<void>;
}

const READY = 'ready';

/** Starts a program of `bench/clients` with a plan, which it gets as JSON. */
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
    throw new Error(`the client "${name}" has ended without a result`);
  });
  const told = new Promise<Result>((resolve) => {
    client.on('message', (said) => (said === READY ? onReady?.() : resolve(said as Result)));
  });
  return {
    result: Promise.race([told, failed]),
    end: async () => {
      client.kill();
      await exited;
    },
  };
}

/** What a client calls where the server is to be looked at, and with its result. */
export const tellReady = (): void => void process.send!(READY);
export const tell = (result: object): void => void process.send!(result);

/** What a client is to do. */
export const readPlan = (): unknown => JSON.parse(process.argv[2]!);

/** CPU seconds that a process has spent so far, all its threads together (Linux, to 10 ms). */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // After the name: utime is the 12th field, stime the 13th; a tick is 10 ms everywhere.
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
