import { existsSync } from 'node:fs';
import { readConfig, type Config } from '../config.ts';
import { readPostgres } from '../store/postgres/operate.ts';
import { readSqlite } from '../store/sqlite/operate.ts';
import { Failed } from './command.ts';
import { databaseFile, filesFolder } from './database.ts';
import { checkRights, checkSpace, checkSync } from './doctor/disk.ts';
import { checkFiles } from './doctor/files.ts';
import { findingsOf, type Finding } from './doctor/finding.ts';
import { checkOutside } from './doctor/outside.ts';
import { checkPostgres } from './doctor/postgres.ts';
import { checkServer } from './doctor/server.ts';
import { checkSettings } from './doctor/settings.ts';
import { checkSqlite } from './doctor/sqlite.ts';
import type { Report } from './report.ts';

/** Looks at all that a server needs, and says in plain sentences what is wrong and what to do. */
export async function runDoctor(report: Report): Promise<void> {
  const findings = await examine();
  const isWell = findings.every(({ level }) => level !== 'fault');
  report.finish(findings.map(lineOf), { ok: isWell, findings });
  if (!isWell) throw new Failed();
}

async function examine(): Promise<Finding[]> {
  let config: Config;
  try {
    config = readConfig(process.env);
  } catch (error) {
    return [findingsOf('settings').fault(`${(error as Error).message}. The server does not start`)];
  }
  const { dataDir, databaseUrl } = config;
  const files = filesFolder(config);
  const found = checkSettings(config);
  if (existsSync(dataDir)) {
    found.push(
      ...(await tried('disk space', async () => [await checkSpace('DATA_DIR', dataDir)])),
      ...(await tried('disk speed', async () => [checkSync(dataDir)])),
      ...(await tried('permissions', () => checkRights(dataDir))),
    );
  } else {
    const text = `DATA_DIR=${dataDir} does not exist; the server creates it at its first start`;
    found.push(findingsOf('disk').warning(text));
  }
  if (config.filesDir !== null && existsSync(files)) {
    found.push(...(await tried('disk space', async () => [await checkSpace('FILES_DIR', files)])));
  }
  const database = await tried('database', () =>
    databaseUrl === null ? checkSqlite(databaseFile(config)) : checkPostgres(databaseUrl),
  );
  found.push(...database);
  // Where it is damaged, or of another version, its tables cannot be read.
  const isReadable = database.some(({ check, level }) => check === 'migrations' && level === 'ok');
  if (isReadable) {
    found.push(
      ...(await tried('files', () =>
        databaseUrl === null
          ? readSqlite(databaseFile(config), ({ db }) => checkFiles(files, db))
          : readPostgres(databaseUrl, ({ db }) => checkFiles(files, db)),
      )),
    );
  }
  found.push(...(await tried('outside', () => checkOutside(config))));
  return [...found, ...(await tried('server', () => checkServer(config)))];
}

/** A check that fails by itself is a finding, too: the others still run. */
async function tried(check: string, run: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await run();
  } catch (error) {
    return [findingsOf(check).fault(`This could not be checked: ${(error as Error).message}`)];
  }
}

const MARKS = { ok: 'ok', warning: 'warning', fault: 'WRONG' } as const;

const lineOf = ({ check, level, text }: Finding): string =>
  `${MARKS[level].padEnd(8)}${check}: ${text}`;
