import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import SqliteDatabase from 'better-sqlite3';
import { expect, it } from 'vitest';
import { exportFolder } from '../../../src/cli/export.ts';
import { importFolder } from '../../../src/cli/import.ts';
import { Report } from '../../../src/cli/report.ts';
import { readConfig } from '../../../src/config.ts';
import { startCharla, type Running } from '../../support/charla.ts';
import { filesIn } from '../../support/files.ts';
import { writeLarge } from '../../support/hand-written.ts';
import { startServer, temporaryFolder } from '../../support/server.ts';

/* kill -9 at any moment leaves nothing that looks finished, and the same command then goes on. */

const MESSAGES = 2500;
const FILES = 40;

/** Kills a run of a command once something is so; false where the run has ended before. */
async function killWhen(running: Running, isSo: () => boolean): Promise<boolean> {
  const over = new AbortController();
  void running.ended.finally(() => over.abort());
  while (!over.signal.aborted && !isSo()) await sleep(1);
  running.kill('SIGKILL');
  return (await running.ended).signal === 'SIGKILL';
}

/** How far an import has come; null where it has not begun, or has ended. */
function placeOf(dataDir: string): { step: number; line: number } | null {
  try {
    const db = new SqliteDatabase(join(dataDir, 'charla.db'), { readonly: true });
    try {
      const value = db.prepare(`select value from meta where key = 'import'`).pluck().get();
      return value === undefined ? null : (JSON.parse(value as string) as never);
    } finally {
      db.close();
    }
  } catch {
    // There is no file yet, or no table.
    return null;
  }
}

/** All bytes of an export, but for the moment at which it was made. */
function contentOf(folder: string): Record<string, string> {
  const bytes = filesIn(folder).map((name) => [name, readFileSync(join(folder, name), 'latin1')]);
  return { ...(Object.fromEntries(bytes) as object), 'manifest.json': '' };
}

it(
  'imports and exports that are killed at several moments end as those that are not',
  { timeout: 240_000 },
  async () => {
    const parent = temporaryFolder();
    const source = writeLarge(join(parent, 'source'), { messages: MESSAGES, files: FILES });
    const importing = (dataDir: string) =>
      startCharla(['import', source], {
        env: { DATA_DIR: join(parent, dataDir), BCRYPT_COST: '4' },
      });
    const dataDir = join(parent, 'killed');
    const moments: ((place: { step: number; line: number }) => boolean)[] = [
      () => true,
      // While it copies files, and then messages.
      ({ step, line }) => step === 5 || (step > 5 && line > 0),
      ({ step, line }) => step === 8 && line >= 1000,
    ];
    for (const [i, isThere] of moments.entries()) {
      const isKilled = await killWhen(importing('killed'), () => {
        const place = placeOf(dataDir);
        return place !== null && isThere(place);
      });
      expect({ i, isKilled }).toEqual({ i, isKilled: true });
      // It goes on from here, and does not begin again.
      const place = placeOf(dataDir)!;
      expect(isThere(place)).toBe(true);
    }
    await expect(startServer({ DATA_DIR: dataDir })).rejects.toThrow('only a part of an import');
    expect(await importing('killed').ended).toMatchObject({ code: 0, stderr: '' });
    const whole = readConfig({ DATA_DIR: join(parent, 'whole'), BCRYPT_COST: '4' });
    const report = new Report(true);
    await importFolder(whole, source, report);

    const folder = join(parent, 'export');
    const exporting = () => startCharla(['export', folder], { env: { DATA_DIR: dataDir } });
    const copied = (): number =>
      ['files', 'files.before'].reduce((sum, name) => {
        const at = join(`${folder}.partial`, name);
        return sum + (existsSync(at) ? readdirSync(at).length : 0);
      }, 0);
    const exportMoments = [
      () => existsSync(join(`${folder}.partial`, 'users.jsonl')),
      () => copied() >= FILES / 2,
    ];
    for (const [i, isThere] of exportMoments.entries()) {
      const isKilled = await killWhen(exporting(), isThere);
      expect({ i, isKilled, isThere: existsSync(folder) }).toEqual({
        i,
        isKilled: true,
        isThere: false,
      });
    }
    expect(await exporting().ended).toMatchObject({ code: 0, stderr: '' });
    await exportFolder(whole, join(parent, 'other'), { hasPasswords: false }, report);
    expect(readdirSync(parent).filter((name) => name.startsWith('export'))).toEqual(['export']);
    const content = contentOf(folder);
    expect(Object.keys(content).filter((name) => name.startsWith('files/'))).toHaveLength(FILES);
    expect(content['messages.jsonl']!.split('\n')).toHaveLength(MESSAGES + 1);
    expect(content).toEqual(contentOf(join(parent, 'other')));
  },
);
