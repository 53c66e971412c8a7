import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';

/**
 * Two servers on one folder would each miss what the other commits. The lock is an open exclusive transaction on
 * a database of its own: the system releases it however the process ends. Returns the function that releases it;
 * throws where another process holds it, with a line that says who and what to do.
 */
export function lockFolder(
  folder: string,
  inUse = `DATA_DIR ${folder} is in use by another Charla; stop that one first`,
): () => void {
  const db = new SqliteDatabase(join(folder, 'charla.lock'), { timeout: 0 });
  try {
    db.exec('begin exclusive');
  } catch (error) {
    db.close();
    if ((error as { code?: string }).code !== 'SQLITE_BUSY') throw error;
    throw new Error(inUse, { cause: error });
  }
  return () => db.close();
}
