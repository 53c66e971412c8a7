import { existsSync } from 'node:fs';
import { HighWaterMark } from '../../store/high-water-mark.ts';
import { listMigrations } from '../../store/migrate.ts';
import { newestEvent, readHeadPos } from '../../store/queries/log.ts';
import { readEpoch } from '../../store/queries/meta.ts';
import { checkIntegrity, readSqlite } from '../../store/sqlite/operate.ts';
import { clockFinding } from './clock.ts';
import { findingsOf, type Finding } from './finding.ts';
import { pendingFindings } from './migrations.ts';

const { ok, warning, fault } = findingsOf('database');

/** Where the log of a database ends that no server has run on. */
const FIRST_POS = 1;

/** The SQLite database of a folder. */
export async function checkSqlite(file: string): Promise<Finding[]> {
  if (!existsSync(file)) {
    return [warning(`${file} does not exist yet; the server creates it at its first start`)];
  }
  return readSqlite(file, async ({ db, connection }) => {
    try {
      checkIntegrity(connection);
    } catch (error) {
      const text = `${(error as Error).message}. Stop the server, keep a copy of DATA_DIR, and restore a backup`;
      return [fault(text)];
    }
    const found = [ok('SQLite finds the database whole.')];
    const pending = pendingFindings(await listMigrations(db, 'sqlite'));
    if (pending.some(({ level }) => level !== 'ok')) return [...found, ...pending];
    // The mark first: it follows the log.
    const mark = HighWaterMark.read(`${file}-pos`);
    const [epoch, pos] = [await readEpoch(db), await readHeadPos(db)];
    if (mark === null ? pos > FIRST_POS : mark.epoch !== epoch || mark.pos > pos) {
      found.push(
        warning(
          'The database is a restored copy: at the next start of the server, each client loads its history again',
        ),
      );
    }
    const newest = await newestEvent(db);
    return [...found, ...pending, clockFinding(newest, Date.now())];
  });
}
