import type { MigrationState } from '../../store/migrate.ts';
import { findingsOf, type Finding } from './finding.ts';

/** Whether the database is of this version. */
export function pendingFindings(migrations: readonly MigrationState[]): Finding[] {
  const { ok, warning } = findingsOf('migrations');
  const pending = migrations.filter(({ ranAt }) => ranAt === null);
  if (pending.length === 0) return [ok(`All ${migrations.length} migrations have run.`)];
  const names = pending.map(({ name }) => name).join(', ');
  return [warning(`Pending: ${names}; start this version, or run charla migrate up`)];
}
