import { fork, type ChildProcess } from 'node:child_process';
import { UNREADABLE } from './picture-formats.ts';
import type { Job, Outcome } from './picture-worker.ts';

/** What the process needs of the environment: no secrets. */
const ENVIRONMENT = ['PATH', 'SystemRoot', 'TMPDIR', 'NODE_COMPILE_CACHE', 'NODE_V8_COVERAGE'];

/** How long a process may take to exit, in milliseconds. */
const GRACE = 1000;

/** A process that cleans one picture at a time. A decoder that crashes or does not end takes only the process along. */
export class PictureProcess {
  readonly #child: ChildProcess;
  /** Resolves when the process has ended, to what that means for its picture. */
  readonly ended: Promise<Outcome>;

  constructor() {
    const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
    this.#child = fork(new URL(`./picture-worker${extension}`, import.meta.url), {
      execArgv: [],
      env: Object.fromEntries(ENVIRONMENT.map((name) => [name, process.env[name]])),
      stdio: 'ignore',
    });
    this.ended = new Promise((resolve) => {
      this.#child.once('error', ({ message }) => resolve(failed(message)));
      this.#child.once('exit', (code, signal) =>
        // A decoder ends by a signal where it crashes.
        resolve(signal ? { unfit: UNREADABLE } : failed(`A picture process exited: ${code}`)),
      );
    });
  }

  get isAlive(): boolean {
    const { connected, killed, exitCode, signalCode } = this.#child;
    return connected && !killed && exitCode === null && signalCode === null;
  }

  /**
   * What became of a picture; null where the process has ended before it began with it. One that takes longer than
   * `timeout` milliseconds is rejected.
   */
  async clean(job: Job, timeout: number): Promise<Outcome | null> {
    let [hasBegun, isLate] = [false, false];
    const timer = setTimeout(() => {
      isLate = true;
      this.#child.kill('SIGKILL');
    }, timeout);
    const done = new Promise<Outcome>((resolve) => {
      this.#child.once('message', () => {
        hasBegun = true;
        this.#child.once('message', resolve);
      });
    });
    this.#child.send(job, () => {
      // Where it fails, the process has ended.
    });
    const outcome = await Promise.race([done, this.ended]);
    clearTimeout(timer);
    if (isLate) return { unfit: 'takes too long to read; make it smaller' };
    return hasBegun ? outcome : null;
  }

  /** Lets it exit, or kills it where it is busy. */
  async end(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), GRACE);
    await this.ended;
    clearTimeout(timer);
  }
}

const failed = (message: string): Outcome => ({ failed: message });
