import type pg from 'pg';
import { listMigrations } from '../../store/migrate.ts';
import { readPostgres } from '../../store/postgres/operate.ts';
import { clocksFinding } from './clock.ts';
import { findingsOf, median, type Finding } from './finding.ts';
import { pendingFindings } from './migrations.ts';

const { ok, warning, fault } = findingsOf('database');

/** Round trips that are timed, and how long one should take, in milliseconds. */
const TRIPS = 10;
const FAR_MS = 5;

interface State {
  readonly version: string;
  readonly fsync: string;
  readonly full_page_writes: string;
  readonly now: number;
  readonly queue: number;
  readonly used: number;
  readonly connections: number;
  /** Transactions that have been open for minutes. */
  readonly long: number;
  /** Replicas that are seconds behind, and slots that keep the write-ahead log for nobody. */
  readonly lagging: number;
  readonly inactive: number;
}

const STATE = `select current_setting('server_version') as version, current_setting('fsync') as fsync,
  current_setting('full_page_writes') as full_page_writes,
  (extract(epoch from clock_timestamp()) * 1000)::float8 as now,
  pg_notification_queue_usage() as queue,
  (select count(*)::int from pg_stat_activity) as used,
  current_setting('max_connections')::int as connections,
  (select count(*)::int from pg_stat_activity
    where xact_start < now() - interval '5 minutes' and backend_type = 'client backend') as long,
  (select count(*)::int from pg_stat_replication where replay_lag > interval '10 seconds') as lagging,
  (select count(*)::int from pg_replication_slots where not active) as inactive`;

/** The PostgreSQL database of an address: what can be used at all is checked when it connects. */
export function checkPostgres(url: string): Promise<Finding[]> {
  return readPostgres(url, async ({ db, client }) => {
    const trips = await timeTrips(client);
    const before = Date.now();
    const { rows } = await client.query<State>(STATE);
    const state = rows[0]!;
    return [
      ...settingsOf(state),
      tripFinding(median(trips)),
      ...loadOf(state),
      clocksFinding(state.now, (before + Date.now()) / 2),
      ...pendingFindings(await listMigrations(db, 'postgres')),
    ];
  });
}

async function timeTrips(client: pg.Client): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < TRIPS; i += 1) {
    const start = performance.now();
    await client.query('select 1');
    times.push(performance.now() - start);
  }
  return times;
}

function tripFinding(ms: number): Finding {
  const text = `A round trip to the database takes ${ms.toFixed(1)} ms`;
  if (ms <= FAR_MS) return ok(`${text}.`);
  return warning(`${text}: a commit takes several; run the nodes near the database`);
}

function settingsOf({ version, fsync, full_page_writes: pages }: State): Finding[] {
  const off = Object.entries({ fsync, full_page_writes: pages }).filter(([, is]) => is === 'off');
  if (off.length === 0) return [ok(`PostgreSQL ${version} keeps what it commits.`)];
  return off.map(([name]) =>
    fault(`${name} is off in PostgreSQL: a crash of its machine may lose messages; turn it on`),
  );
}

function loadOf(state: State): Finding[] {
  const found: Finding[] = [];
  if (state.queue > 0.1) {
    found.push(
      fault('The queue of NOTIFY fills: a session listens and does not read; find and end it'),
    );
  }
  if (state.used > 0.8 * state.connections) {
    const text = `${state.used} of ${state.connections} connections are in use`;
    found.push(warning(`${text}; raise max_connections`));
  }
  if (state.long > 0) {
    found.push(
      warning(
        `${state.long} transactions have been open for minutes, which slows down every commit; see pg_stat_activity`,
      ),
    );
  }
  if (state.lagging > 0) {
    found.push(
      warning(`${state.lagging} replicas are more than 10 s behind; see pg_stat_replication`),
    );
  }
  if (state.inactive > 0) {
    found.push(
      warning(
        `${state.inactive} replication slots are inactive, and keep the write-ahead log until the disk is full`,
      ),
    );
  }
  return found;
}
