import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { createLogger } from '../../src/logger.ts';

/** A server of the test's own, in this process, on a free port and a temporary folder. */
export interface TestServer {
  readonly url: string;
  readonly app: Awaited<ReturnType<typeof createApp>>;
  readonly dataDir: string;
  /** Ends it as SIGTERM would; its folder stays until the test is over. */
  stop(): Promise<void>;
}

/** What most tests want: cheap hashes, no limits, no waiting for presence. */
const defaults = {
  HOST: '127.0.0.1',
  PORT: '0',
  BCRYPT_COST: '4',
  RATE_LIMIT_AUTH: '0',
  PRESENCE_GRACE_MS: '0',
  LOG_LEVEL: 'warn',
};

/** A folder that is gone when the test is over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'charla-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * Starts a server, and ends it when the test is over. `env` is what the environment would say.
 * `log` gets its log lines; without it a warning or an error in the log is thrown away.
 */
export async function startServer(
  env: Record<string, string> = {},
  log: (line: string) => void = () => {},
): Promise<TestServer> {
  const dataDir = env['DATA_DIR'] ?? temporaryFolder();
  const config = readConfig({ ...defaults, ...env, DATA_DIR: dataDir });
  const app = await createApp({
    config,
    logger: createLogger(config.logLevel, { write: log }),
    onLost: (error) => {
      throw error;
    },
  });
  let stopped = false;
  const stop = async () => {
    if (stopped) return;
    stopped = true;
    await app.close();
  };
  onTestFinished(stop);
  await app.listen({ host: config.host, port: config.port });
  const { port } = app.server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, app, dataDir, stop };
}
