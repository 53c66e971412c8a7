import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readMoveConfig, type MoveConfig } from '../config.ts';
import { shown } from '../progress.ts';
import { copyToPostgres } from '../store/move/copy.ts';
import type { Report } from './report.ts';

/** Copies the database of DATA_DIR into the one of DATABASE_URL, which must be empty. */
export async function runMove(report: Report, signal: AbortSignal): Promise<void> {
  const config = readMoveConfig(process.env);
  const { showProgress: print, everyMs } = report;
  const copied = await copyToPostgres(config, { print, everyMs, signal });
  const { rows, tables, seconds } = copied;
  report.finish(
    [
      `Copied and checked ${shown(rows)} rows of ${tables} tables in ${seconds.toFixed(1)} s.`,
      `Start the nodes with ${secretOf(config)}: tokens stay valid only with it.`,
    ],
    copied,
  );
}

/** Says which JWT_SECRET the nodes need, without showing it. */
function secretOf({ dataDir, hasJwtSecret }: MoveConfig): string {
  const file = join(dataDir, 'jwt-secret');
  if (hasJwtSecret) return 'the JWT_SECRET that is set now';
  if (existsSync(file)) return `JWT_SECRET="$(cat ${file})"`;
  return 'the JWT_SECRET that the server had';
}
