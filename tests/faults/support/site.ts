import type { At } from '../../support/client.ts';
import { startChild, type ChildServer, type End } from '../../support/child.ts';
import { noLimits, temporaryFolder, type Env } from '../../support/server.ts';

/** Settings without limits, for tests under load. */
export const unlimited: Env = {
  LOG_LEVEL: 'info',
  ...noLimits,
  TOKEN_TTL: '1d',
};

/** A server that stops and restarts on one folder. Clients ask it for the address to reconnect to. */
export class Site {
  readonly dataDir: string;
  readonly #env: Env;
  #child: ChildServer | null = null;
  #up!: Promise<At>;
  #resolveUp!: (at: At) => void;

  constructor(env: Env = {}) {
    this.#env = { ...unlimited, ...env };
    this.dataDir = env.DATA_DIR ?? temporaryFolder();
    this.#expectStart();
  }

  get child(): ChildServer {
    if (!this.#child) throw new Error('The server is down');
    return this.#child;
  }

  async start(): Promise<ChildServer> {
    const child = await startChild({ ...this.#env, DATA_DIR: this.dataDir });
    this.#child = child;
    this.#resolveUp(child);
    return child;
  }

  /** Resolves once the server is up. */
  up(): Promise<At> {
    return this.#up;
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<End> {
    const { child } = this;
    this.#child = null;
    this.#expectStart();
    child.kill(signal);
    return child.exited;
  }

  #expectStart(): void {
    this.#up = new Promise((resolve) => (this.#resolveUp = resolve));
  }
}
