import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { openFilling } from '../tests/support/filling.ts';
import type { IdlePlan, IdleResult } from './clients/idle.ts';
import type { LoadPlan, LoadResult } from './clients/load.ts';
import type { PagesPlan, PagesResult } from './clients/pages.ts';
import type { ResumePlan, ResumeResult } from './clients/resume.ts';
import { fillLongLife } from './long-life.ts';
import { describeMachine } from './machine.ts';
import { keepToClientCore, root, startClient } from './processes.ts';
import { markdown, roundLine, type IdleRow, type LoadRound, type Results } from './report.ts';
import * as scenarios from './scenarios.ts';
import {
  prepareServers,
  SERVERS,
  startServer,
  type Probe,
  type Server,
  type ServerName,
} from './servers.ts';
import { people, roomsOf } from './world.ts';

/*
 * Measures this server and others, within the same minutes and on the same cores.
 *
 *   npm run bench [-- <part of a scenario's name> …]
 *
 * Writes bench/data/results.json and results.md, and prints the latter. ROUNDS and SECONDS set how
 * often and how long each scenario is measured. The first run also fills bench/data/long-life.
 */
const DATA = `${root}bench/data`;
const selection = process.argv.slice(2);
const isSelected = (name: string) =>
  selection.length === 0 || selection.some((part) => name.includes(part));

/** Fills a folder, runs a server on it, then stops the server and removes the folder. */
async function withServer<Result>(
  name: ServerName,
  size: { rooms: number; members: number; bcryptCost: number },
  wrapper: readonly string[],
  use: (server: Server) => Promise<Result>,
): Promise<Result> {
  const dataDir = mkdtempSync(`${DATA}/live-`);
  try {
    if (name === 'charla') {
      const filling = await openFilling(dataDir);
      await filling.perform(people(size.rooms * size.members, size.bcryptCost));
      await filling.perform(roomsOf(size.rooms, size.members));
      await filling.close();
    }
    return await useServer(await startServer(name, dataDir, wrapper), use);
  } finally {
    rmSync(dataDir, { recursive: true });
  }
}

/** Stops the server when `use` ends; rejects if the server dies before. */
async function useServer<Result>(
  server: Server,
  use: (server: Server) => Promise<Result>,
): Promise<Result> {
  try {
    return await Promise.race([use(server), server.died]);
  } finally {
    await server.stop();
  }
}

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

async function measureLoad(results: Results, scenario: scenarios.LoadScenario): Promise<void> {
  const { load, wrapper = [] } = scenario;
  if (wrapper[0] && spawnSync(wrapper[0], ['-V']).status !== 0) {
    results.warnings.push(`${scenario.name}: not measured, because ${wrapper[0]} is missing`);
    return;
  }
  const { quick, default: slow } = scenarios.BCRYPT_COSTS;
  const size = { ...load, bcryptCost: load.logins > 0 ? slow : quick };
  const rows = scenario.servers.map((server) => ({ scenario, server, rounds: [] as LoadRound[] }));
  for (let i = 0; i < scenarios.ROUNDS; i += 1) {
    for (const row of rows) {
      await withServer(row.server, size, wrapper, async (server) => {
        const { name, url, pid } = server;
        const plan: LoadPlan = { ...load, server: name, url, pid };
        const startProbe = scenario.probesDelay ? server.startProbe : undefined;
        const result = await runClient<LoadResult>('load', plan, startProbe);
        const round = { ...result, delay: startProbe ? (await server.probe()).delay : null };
        row.rounds.push(round);
        console.log(roundLine(row, name, round));
      });
    }
  }
  results.loads.push(...rows);
}

async function measureIdle(results: Results): Promise<void> {
  const { connections, members } = scenarios.IDLE;
  const size = { rooms: connections / members, members, bcryptCost: scenarios.BCRYPT_COSTS.quick };
  for (const name of SERVERS) {
    const row = await withServer(name, size, [], async (server): Promise<IdleRow> => {
      const { ROUNDS: rounds } = scenarios;
      const plan: IdlePlan = { server: name, url: server.url, connections, members, rounds };
      const probes: Promise<Probe>[] = [];
      const { result, end } = startClient<IdleResult>('idle', plan, () => {
        probes.push(server.probe());
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
  await useServer(await startServer('charla', await longLife()), async ({ url }) => {
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
  idle: [],
  pages: [],
  resume: null,
  warnings: [],
};
keepToClientCore();
for (const scenario of scenarios.loadScenarios) {
  if (isSelected(scenario.name)) await measureLoad(measured, scenario);
}
if (isSelected('idle')) await measureIdle(measured);
if (isSelected('pages and resume')) await measureLongLife(measured);
writeFileSync(`${DATA}/results.json`, `${JSON.stringify(measured, null, 2)}\n`);
writeFileSync(`${DATA}/results.md`, markdown(measured));
console.log(`\n${markdown(measured)}`);
