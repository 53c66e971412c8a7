import { rmSync } from 'node:fs';
import { beforeAll, onTestFinished } from 'vitest';
import type { At } from '../../../support/client.ts';
import { startChild } from '../../../support/child.ts';
import { createDatabase, dropDatabase, JWT_SECRET } from '../../../support/postgres/databases.ts';
import { launch, newFolder, type Env } from '../../../support/server.ts';
import { times } from '../../../support/times.ts';
import { openLink, type Link } from '../../support/link.ts';
import type { Doors } from '../../support/load.ts';
import { unlimited } from '../../support/site.ts';

/** A server that runs. */
interface Running extends At {
  /** Of a node that is a process of its own. */
  readonly pid?: number;
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** Registers what is undone at the end, last first. */
type Defer = (undo: () => Promise<void>) => void;

export interface NodeOptions {
  /** Makes the database of all nodes. */
  readonly database?: (defer: Defer) => Promise<string>;
  /** How many nodes, the first ones, have a process of their own, so that they can be killed. */
  readonly processes?: number;
  readonly env?: Env;
  /** Receives the log lines of nodes in this process. */
  readonly log?: (line: string) => void;
}

/** A node behind its own link to PostgreSQL. It may stop and start again. */
export class Node implements Doors, At {
  readonly link: Link;
  readonly dataDir = newFolder();
  readonly #start: (dataDir: string) => Promise<Running>;
  #running: Running | null = null;
  #waiting: ((at: At) => void)[] = [];

  constructor(link: Link, start: (dataDir: string) => Promise<Running>) {
    this.link = link;
    this.#start = start;
  }

  get isUp(): boolean {
    return this.#running !== null;
  }

  get url(): string {
    return this.#now.url;
  }

  get pid(): number {
    return this.#now.pid!;
  }

  get #now(): Running {
    if (!this.#running) throw new Error('The node is down');
    return this.#running;
  }

  async up(): Promise<At> {
    return this.#running ?? new Promise((resolve) => this.#waiting.push(resolve));
  }

  async start(): Promise<void> {
    this.#running = await this.#start(this.dataDir);
    for (const resolve of this.#waiting.splice(0)) resolve(this.#running);
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const running = this.#running;
    this.#running = null;
    await running?.stop(signal);
  }
}

/** Starts nodes on one database, at once. They stop when the test is over. */
export async function startNodes(
  count: number,
  { database = newDatabase, processes = 0, env = {}, log = () => {} }: NodeOptions = {},
  defer: Defer = onTestFinished,
): Promise<Node[]> {
  const url = await database(defer);
  const nodes = await times(count, async (i) => {
    const link = await openLink({ port: Number(new URL(url).port) });
    const settings: Env = {
      LOG_LEVEL: 'warn',
      ...unlimited,
      JWT_SECRET,
      DATABASE_URL: through(link, url),
      ...env,
    };
    const node = new Node(link, (dataDir) => {
      const all = { ...settings, DATA_DIR: dataDir };
      return i < processes ? startProcess(all) : startHere(all, log);
    });
    defer(async () => {
      await node.stop();
      await link.close();
      rmSync(node.dataDir, { recursive: true });
    });
    return node;
  });
  // Those in this process would hold up each other's connections to the database.
  const own = times(processes, async (i) => nodes[i]!.start());
  for (const node of nodes.slice(processes)) await node.start();
  await own;
  return nodes;
}

/** Shares nodes, in this process unless given, among the tests of a file, for starting them takes seconds. */
export function shareNodes(count: number, options: NodeOptions = {}): readonly Node[] {
  const nodes: Node[] = [];
  beforeAll(async () => {
    const undone: (() => Promise<void>)[] = [];
    nodes.push(...(await startNodes(count, options, (undo) => undone.unshift(undo))));
    return async () => {
      for (const undo of undone) await undo();
    };
  }, 60_000);
  return nodes;
}

/** The nodes as a load balancer offers them: each connection gets the next one that is up. */
export function anyOf(nodes: readonly Node[]): Doors {
  let last = 0;
  return {
    up: async () => {
      const up = nodes.filter((node) => node.isUp);
      if (up.length === 0) return Promise.race(nodes.map((node) => node.up()));
      return { url: up[(last += 1) % up.length]!.url };
    },
  };
}

async function newDatabase(defer: Defer): Promise<string> {
  const url = await createDatabase();
  defer(() => dropDatabase(url));
  return url;
}

/** The address of a database through a link. */
function through(link: Link, database: string): string {
  const url = new URL(database);
  url.port = String(link.port);
  return url.href;
}

async function startHere(
  env: Env & { DATA_DIR: string },
  log: (line: string) => void,
): Promise<Running> {
  const server = await launch(env, log);
  return { url: server.url, stop: () => server.stop() };
}

async function startProcess(env: Env & { DATA_DIR: string }): Promise<Running> {
  const child = await startChild(env);
  return {
    url: child.url,
    pid: child.pid,
    stop: async (signal) => {
      child.kill(signal);
      const end = await child.exited;
      if (signal === 'SIGTERM' && end.code !== 0) {
        throw new Error(`The node exited with ${end.code}: ${child.stdout.join('\n')}`);
      }
    },
  };
}
