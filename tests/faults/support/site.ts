import type { At } from '../../support/client.ts';
import { startChild, type ChildServer, type End } from '../../support/child.ts';
import { noLimits, temporaryFolder, type Env } from '../../support/server.ts';

/** No limits: these tests are about what happens under load. */
export const unlimited: Env = {
  LOG_LEVEL: 'info',
  ...noLimits,
  TOKEN_TTL: '1d',
};

/** A server that goes down and comes up again on one folder. Clients ask it where to come back to. */
export class Site {
  readonly dataDir: string;
  readonly #env: Env;
  #child: ChildServer | null = null;
  #up!: Promise<At>;
  #cameUp!: (at: At) => void;

  constructor(env: Env = {}) {
    this.#env = { ...unlimited, ...env };
    this.dataDir = env.DATA_DIR ?? temporaryFolder();
    this.#expect();
  }

  get child(): ChildServer {
    if (!this.#child) throw new Error('The server is down');
    return this.#child;
  }

  async start(): Promise<ChildServer> {
    const child = await startChild({ ...this.#env, DATA_DIR: this.dataDir });
    this.#child = child;
    this.#cameUp(child);
    return child;
  }

  /** Resolves when there is a server to come back to. */
  up(): Promise<At> {
    return this.#up;
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<End> {
    const { child } = this;
    this.#child = null;
    this.#expect();
    child.kill(signal);
    return child.exited;
  }

  #expect(): void {
    this.#up = new Promise((resolve) => (this.#cameUp = resolve));
  }
}
