import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, onTestFinished } from 'vitest';
import { createApp, type AppOptions } from '../../src/app.ts';
import { readConfig, type Setting } from '../../src/config.ts';
import { createLogger } from '../../src/logger.ts';
import { SETUP_CODE } from './client.ts';
import { databaseSettings, dropDatabaseOf } from './postgres/databases.ts';

/** A server in this process, on a free port and a temporary folder. */
export interface TestServer {
  readonly url: string;
  readonly app: Awaited<ReturnType<typeof createApp>>;
  readonly dataDir: string;
  /** Stops the server as SIGTERM does; its folder stays until the test is over. */
  stop(): Promise<void>;
}

/** Settings, as environment variables. */
export type Env = Partial<Record<Setting, string>>;

/** Turns all limits off. */
export const noLimits: Env = {
  RATE_LIMIT_AUTH: '0',
  RATE_LIMIT_MESSAGES: '0',
  RATE_LIMIT_REQUESTS: '0',
  MAX_CONNECTIONS_PER_USER: '0',
  MAX_ROOMS_PER_USER: '0',
};

/** Leaves all limits at their defaults. */
export const defaultLimits: Env = {
  RATE_LIMIT_AUTH: '',
  RATE_LIMIT_MESSAGES: '',
  RATE_LIMIT_REQUESTS: '',
  MAX_CONNECTIONS_PER_USER: '',
  MAX_ROOMS_PER_USER: '',
};

/** The settings of most tests: cheap hashes, no limits, no grace period for presence. */
const defaults: Env = {
  ...noLimits,
  HOST: '127.0.0.1',
  PORT: '0',
  BCRYPT_COST: '4',
  PRESENCE_GRACE_MS: '0',
  LOG_LEVEL: 'warn',
  SETUP_CODE,
};

/** Shorter times than those of a server. */
export type Times = Pick<
  AppOptions,
  | 'beatTimes'
  | 'pushTimes'
  | 'hookTimes'
  | 'fileTimes'
  | 'streamTimes'
  | 'mailRetryMs'
  | 'summaryTimes'
>;

/** Creates a folder, to be removed by `removeFolder`. */
export const newFolder = (): string => mkdtempSync(join(tmpdir(), 'charla-test-'));

/** Deletes a folder, and its database on PostgreSQL where it has one. */
export async function removeFolder(folder: string): Promise<void> {
  await dropDatabaseOf(folder);
  rmSync(folder, { recursive: true, force: true });
}

/** Creates a folder, which is deleted when the test is over. */
export function temporaryFolder(): string {
  const folder = newFolder();
  onTestFinished(() => removeFolder(folder));
  return folder;
}

/**
 * Starts a server, and stops it when the test is over. `env` overrides the settings of tests. `log`
 * receives the log lines, which are otherwise discarded.
 */
export async function startServer(
  env: Env = {},
  log: (line: string) => void = () => {},
  more: Times = {},
): Promise<TestServer> {
  const server = await launch({ ...env, DATA_DIR: env.DATA_DIR ?? temporaryFolder() }, log, more);
  onTestFinished(() => server.stop());
  return server;
}

/**
 * Shares one server among all tests of a file, each of which reads only data that it added itself. The
 * server runs from `beforeAll` on. `fill` may write its database before it starts; `log` receives the
 * log lines.
 */
export function shareServer(
  env: Env = {},
  fill?: (dataDir: string) => Promise<void>,
  log: (line: string) => void = () => {},
  more: Times = {},
): TestServer {
  let server: TestServer;
  beforeAll(async () => {
    const folder = newFolder();
    await fill?.(folder);
    server = await launch({ ...env, DATA_DIR: folder }, log, more);
    return async () => {
      await server.stop();
      await removeFolder(folder);
    };
  });
  return {
    get url() {
      return server.url;
    },
    get app() {
      return server.app;
    },
    get dataDir() {
      return server.dataDir;
    },
    stop: () => server.stop(),
  };
}

/** The number of TCP connections that a server has open. */
export function connectionsOf({ app }: TestServer): Promise<number> {
  return new Promise((resolve) => {
    app.server.getConnections((_, count) => resolve(count));
  });
}

/** Starts a server that its caller stops; `more` is for `createApp`. */
export async function launch(
  env: Env & { DATA_DIR: string },
  log: (line: string) => void,
  more: Times = {},
): Promise<TestServer> {
  const database = env.DATABASE_URL ? {} : await databaseSettings(env.DATA_DIR);
  const config = readConfig({ ...defaults, ...database, ...env });
  const app = await createApp({
    config,
    logger: createLogger(config.logLevel, { write: log }),
    onLost: (error) => {
      throw error;
    },
    ...more,
  });
  let stopped: Promise<unknown> | undefined;
  const stop = async () => {
    await (stopped ??= app.close());
  };
  await app.listen({ host: config.host, port: config.port });
  const { port } = app.server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, app, dataDir: env.DATA_DIR, stop };
}
