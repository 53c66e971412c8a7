import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { IdlePlan, IdleResult } from './clients/idle.ts';
import type { LoadPlan, LoadResult } from './clients/load.ts';
import type { PagesPlan, PagesResult } from './clients/pages.ts';
import type { ResumePlan, ResumeResult } from './clients/resume.ts';
import { fillLongLife } from './long-life.ts';
import { describeMachine } from './machine.ts';
import { startPostgres } from './postgres.ts';
import { cpuSeconds, keepToClientCore, residentBytes, root, startClient } from './processes.ts';
import {
  markdown,
  roundLine,
  type IdleRow,
  type LoadRound,
  type Results,
  type Start,
} from './report.ts';
import * as scenarios from './scenarios.ts';
import {
  kinds,
  prepareServers,
  SERVERS,
  startServer,
  type Probe,
  type ServerName,
} from './servers.ts';
import { useServer, withServer, type Disk } from './with-server.ts';

/*
 * Measures this server and others, within the same minutes and on the same cores.
 *
 *   npm run bench [-- [--postgres] [--server <part of a name>]… [<part of a scenario's name> …]]
 *
 * `--postgres` adds the servers that keep their data in PostgreSQL. Writes bench/data/results.json and
 * results.md, and prints the latter. ROUNDS and SECONDS set how often and how long each scenario is measured; BEFORE
 * names another checkout, already built, that is measured in turn with this one. The first run also fills bench/data/long-life.
 */
const DATA = `${root}bench/data`;
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    postgres: { type: 'boolean', default: false },
    server: { type: 'string', multiple: true, default: [] },
  },
});
const hasPart = (name: string, parts: readonly string[]) =>
  parts.length === 0 || parts.some((part) => name.includes(part));
const isSelected = (scenario: string) => hasPart(scenario, positionals);
const isMeasured = (server: ServerName) =>
  hasPart(server, options.server) && (options.postgres || !kinds[server].isOnPostgres);

/** Runs a client to its end and returns its result. */
async function runClient<Result>(
  client: string,
  plan: object,
  onReady?: () => void,
): Promise<Result> {
  const { result, end } = startClient<Result>(client, plan, onReady);
  try {
    return await result;
  } finally {
    await end();
  }
}

async function measureLoad(
  results: Results,
  scenario: scenarios.LoadScenario,
  disk: Disk,
): Promise<void> {
  const { load, wrapper = [] } = scenario;
  if (wrapper[0] && spawnSync(wrapper[0], ['-V']).status !== 0) {
    results.warnings.push(`${scenario.name}: not measured, because ${wrapper[0]} is missing`);
    return;
  }
  const { quick, default: slow } = scenarios.BCRYPT_COSTS;
  const size = { ...load, bcryptCost: load.logins > 0 ? slow : quick };
  const rows = scenario.servers
    .filter(isMeasured)
    .map((server) => ({ scenario, server, rounds: [] as LoadRound[] }));
  for (let i = 0; i < scenarios.ROUNDS; i += 1) {
    for (const row of rows) {
      await withServer(row.server, disk, size, { wrapper }, async ({ name, nodes }) => {
        const plan: LoadPlan = {
          ...load,
          server: name,
          urls: nodes.map(({ url }) => url),
          pids: nodes.map(({ pid }) => pid),
          databasePid: kinds[name].isOnPostgres ? disk.postgres!.pid : null,
        };
        const probed = scenario.probesDelay ? nodes[0] : undefined;
        const result = await runClient<LoadResult>('load', plan, probed?.startProbe);
        const round = { ...result, delay: probed ? (await probed.probe()).delay : null };
        row.rounds.push(round);
        console.log(roundLine(row, name, round));
      });
    }
  }
  results.loads.push(...rows);
}

async function measureIdle(results: Results, disk: Disk): Promise<void> {
  const { connections, members } = scenarios.IDLE;
  const size = { rooms: connections / members, members, bcryptCost: scenarios.BCRYPT_COSTS.quick };
  for (const name of scenarios.ONE_NODE.filter(isMeasured)) {
    const row = await withServer(name, disk, size, {}, async ({ nodes }): Promise<IdleRow> => {
      const { ROUNDS: rounds } = scenarios;
      const node = nodes[0]!;
      const plan: IdlePlan = { server: name, url: node.url, connections, members, rounds };
      const probes: Promise<Probe>[] = [];
      const { result, end } = startClient<IdleResult>('idle', plan, () => {
        probes.push(node.probe());
      });
      try {
        const { joinsPerSecond } = await result;
        const [before, after] = (await Promise.all(probes)) as [Probe, Probe];
        const perConnection = (bytes: number) => bytes / connections / 1024;
        const heapKiB = perConnection(after.heap - before.heap);
        const rssKiB = perConnection(after.rss - before.rss);
        return { server: name, joinsPerSecond, heapKiB, rssKiB };
      } finally {
        await end();
      }
    });
    results.idle.push(row);
    console.log(JSON.stringify(row));
  }
}

/** Starts each server without the probe, and reads what it took and what it holds once it has rested. */
async function measureStarts(results: Results, disk: Disk): Promise<void> {
  const size = { rooms: 1, members: 1, bcryptCost: scenarios.BCRYPT_COSTS.quick };
  for (const server of scenarios.ONE_NODE.filter(isMeasured)) {
    const rounds: Start[] = [];
    for (let i = 0; i < scenarios.ROUNDS; i += 1) {
      await withServer(server, disk, size, { flags: [] }, async ({ nodes }) => {
        const { pid, readyMs } = nodes[0]!;
        const cpuMs = cpuSeconds(pid) * 1000;
        await setTimeout(scenarios.REST_MS);
        rounds.push({ readyMs, cpuMs, rssMiB: residentBytes(pid) / 2 ** 20 });
      });
    }
    results.starts.push({ server, rounds });
    console.log(JSON.stringify({ server, rounds }));
  }
}

/** Returns the long-life folder. The first call fills it, under another name until it is complete. */
async function longLife(): Promise<string> {
  const dataDir = `${DATA}/long-life`;
  if (existsSync(dataDir)) return dataDir;
  const unfinished = mkdtempSync(`${DATA}/filling-`);
  await fillLongLife(unfinished, scenarios.LONG_LIFE, (step) => console.log(step));
  renameSync(unfinished, dataDir);
  return dataDir;
}

async function measureLongLife(results: Results): Promise<void> {
  const place = { dataDir: await longLife(), databaseUrl: null };
  await useServer(await startServer('charla', place), async ({ nodes }) => {
    const { url } = nodes[0]!;
    const resume: ResumePlan = { url, missed: scenarios.MISSED, rounds: scenarios.ROUNDS };
    results.resume = await runClient<ResumeResult>('resume', resume);
    console.log(JSON.stringify(results.resume));
    const pages: PagesPlan = { url, rounds: scenarios.PAGES };
    results.pages = await runClient<PagesResult>('pages', pages);
  });
}

mkdirSync(DATA, { recursive: true });
prepareServers();
const measured: Results = {
  machine: describeMachine(DATA),
  loads: [],
  starts: [],
  idle: [],
  pages: [],
  resume: null,
  warnings: [],
};
keepToClientCore();
const postgres = SERVERS.some((server) => isMeasured(server) && kinds[server].isOnPostgres)
  ? await startPostgres(DATA)
  : null;
try {
  const disk = { folder: DATA, postgres };
  for (const scenario of scenarios.loadScenarios) {
    if (isSelected(scenario.name)) await measureLoad(measured, scenario, disk);
  }
  if (isSelected('start')) await measureStarts(measured, disk);
  if (isSelected('idle')) await measureIdle(measured, disk);
  if (isSelected('pages and resume') && isMeasured('charla')) await measureLongLife(measured);
} finally {
  await postgres?.stop();
}
writeFileSync(`${DATA}/results.json`, `${JSON.stringify(measured, null, 2)}\n`);
writeFileSync(`${DATA}/results.md`, markdown(measured));
console.log(`\n${markdown(measured)}`);
