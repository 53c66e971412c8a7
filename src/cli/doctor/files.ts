import { existsSync } from 'node:fs';
import type { Kysely } from 'kysely';
import { FolderStorage } from '../../files/folder-storage.ts';
import { countFiles, listFileIds, listKnownIds } from '../../store/queries/files.ts';
import { getMeta } from '../../store/queries/meta.ts';
import type { Database } from '../../store/tables.ts';
import { findingsOf, type Finding } from './finding.ts';

const { ok, warning, fault } = findingsOf('files');

/** How many ids one query reads. */
const PAGE = 500;

/** Compares FILES_DIR with the database. Both may change meanwhile, so few that do not fit are no fault. */
export async function checkFiles(folder: string, db: Kysely<Database>): Promise<Finding[]> {
  const rows = await countFiles(db);
  const storage = existsSync(folder) ? await FolderStorage.open(folder) : null;
  const [owner, wanted] = [(await storage?.readOwner()) ?? null, await getMeta(db, 'files_id')];
  if (!storage || (owner ?? undefined) !== wanted) {
    if (!storage && rows === 0) return [ok('There are no files yet.')];
    const text = `FILES_DIR=${folder} does not have the files of this database`;
    return [fault(`${text}: is it mounted, and set as for the server?`)];
  }
  let unknown = 0;
  for await (const ids of storage.list()) {
    for (let at = 0; at < ids.length; at += PAGE) {
      const page = ids.slice(at, at + PAGE);
      unknown += page.length - (await listKnownIds(db, page)).length;
    }
  }
  const missing = await countMissing(storage, db);
  const found: Finding[] = [];
  if (missing > 0) {
    found.push(
      fault(`${missing} of ${rows} files are missing in FILES_DIR; copy them back from a backup`),
    );
  }
  if (unknown > 0) {
    found.push(
      warning(`${unknown} files have no row: uploads that were cut off; the server removes them`),
    );
  }
  return found.length > 0 ? found : [ok(`All ${rows} files are there.`)];
}

async function countMissing(storage: FolderStorage, db: Kysely<Database>): Promise<number> {
  let missing = 0;
  let ids = [''];
  for (;;) {
    ids = await listFileIds(db, ids.at(-1)!, PAGE);
    if (ids.length === 0) return missing;
    const absent: string[] = [];
    for (const id of ids) if ((await storage.changedAt(id)) === null) absent.push(id);
    // A file goes with its row, which may have gone since.
    if (absent.length > 0) missing += (await listKnownIds(db, absent)).length;
  }
}
