import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config.ts';

/** The file of the SQLite database. */
export const databaseFile = ({ dataDir }: Pick<Config, 'dataDir'>): string =>
  join(dataDir, 'charla.db');

/** The folder of uploaded files. */
export const filesFolder = ({ filesDir, dataDir }: Pick<Config, 'filesDir' | 'dataDir'>): string =>
  filesDir ?? join(dataDir, 'files');

/** Throws where DATA_DIR has no database. Most often, DATA_DIR is not set and the command runs in another folder. */
export function requireDatabase(config: Config): void {
  if (existsSync(databaseFile(config))) return;
  throw new Error(
    `DATA_DIR=${config.dataDir} has no charla.db; set it to the folder of the server, or make a database there with ` +
      '`charla migrate up`',
  );
}
