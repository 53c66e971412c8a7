import type { LoadResult } from './clients/load.ts';
import type { PagesResult } from './clients/pages.ts';
import type { ResumeResult } from './clients/resume.ts';
import { median, type Percentiles } from './figures.ts';
import type { Machine } from './machine.ts';
import { IDLE, LONG_LIFE, MISSED, type LoadScenario } from './scenarios.ts';
import { kinds, type ServerName } from './servers.ts';

export interface LoadRound extends LoadResult {
  /** Delay of the server's event loop; null if it was not measured. */
  readonly delay: Percentiles | null;
}

export interface LoadRow {
  readonly scenario: LoadScenario;
  readonly server: ServerName;
  readonly rounds: readonly LoadRound[];
}

export interface IdleRow {
  readonly server: ServerName;
  readonly joinsPerSecond: number;
  /** KiB per connection: heap and external memory of V8, and resident memory of the process. */
  readonly heapKiB: number;
  readonly rssKiB: number;
}

/** What a start took until the server listened, and the memory that it held a while later. */
export interface Start {
  readonly readyMs: number;
  readonly cpuMs: number;
  readonly rssMiB: number;
}

interface StartRow {
  readonly server: ServerName;
  readonly rounds: readonly Start[];
}

export interface Results {
  readonly machine: Machine;
  readonly loads: LoadRow[];
  readonly starts: StartRow[];
  readonly idle: IdleRow[];
  pages: PagesResult;
  resume: ResumeResult | null;
  readonly warnings: string[];
}

/** Above this share of a core, the client limits the measurement. */
const CLIENT_LIMIT = 0.9;

const medianOf = (row: LoadRow, figure: (round: LoadRound) => number) =>
  median(row.rounds.map(figure));

/** Microseconds of the server's CPU per delivery, the median of all rounds. */
const cpuPerDelivery = (row: LoadRow) =>
  medianOf(row, ({ serverCpu, deliveries }) => (serverCpu / deliveries) * 1e6);

/** The same of PostgreSQL's CPU; NaN if the server does not use it. */
const postgresPerDelivery = (row: LoadRow) =>
  medianOf(row, ({ databaseCpu, deliveries }) => ((databaseCpu ?? Number.NaN) / deliveries) * 1e6);

const usesPostgres = (row: LoadRow) => kinds[row.server].isOnPostgres;

const clientShare = (row: LoadRow) =>
  medianOf(row, ({ clientCpu, seconds }) => clientCpu / seconds);

/** CPU per delivery, relative to the row it is compared with; undefined if that was not measured. */
function ratio(row: LoadRow, rows: readonly LoadRow[]): number | undefined {
  const { against } = row.scenario;
  const other = against
    ? rows.find(({ scenario, server }) => scenario.name === against && server === row.server)
    : rows.find(({ scenario, server }) => scenario === row.scenario && server === 'bare ws');
  return other && cpuPerDelivery(row) / cpuPerDelivery(other);
}

/** Rounds to three significant digits below 100, to two below 10, and to an integer from 100 on. */
const format = (value: number) =>
  value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(value >= 10 ? 3 : 2);

const percentileCell = (row: LoadRow, of: (round: LoadRound) => Percentiles) =>
  (['p50', 'p99', 'max'] as const).map((at) => format(medianOf(row, (r) => of(r)[at]))).join(' / ');

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  const rule = head.map((name) => (/^(load|server|page)$/.test(name) ? '---' : '---:'));
  return line(head) + line(rule) + rows.map(line).join('');
}

function loads(rows: readonly LoadRow[]): string {
  const hasPostgres = rows.some(usesPostgres);
  return table(
    [
      'load',
      'server',
      'CPU-s per 10⁶ deliveries',
      'ratio',
      ...(hasPostgres ? ["PostgreSQL's CPU-s"] : []),
      'acked/s',
      'deliveries/s',
      'ack ms, p50 / p99 / max',
      'delivery ms, p50 / p99 / max',
      'warm after s',
    ],
    rows.map((row) => [
      row.scenario.name,
      row.server + (clientShare(row) > CLIENT_LIMIT ? ' *' : ''),
      format(cpuPerDelivery(row)),
      ratio(row, rows)?.toFixed(2) ?? '–',
      ...(hasPostgres ? [usesPostgres(row) ? format(postgresPerDelivery(row)) : '–'] : []),
      format(medianOf(row, ({ acked, seconds }) => acked / seconds)),
      format(medianOf(row, ({ deliveries, seconds }) => deliveries / seconds)),
      percentileCell(row, ({ ack }) => ack),
      percentileCell(row, ({ delivery }) => delivery),
      warmAfter(row),
    ]),
  );
}

/** The longest warm-up of the rounds; `–` if one ended because its time was up. */
function warmAfter({ rounds }: LoadRow): string {
  const seconds = rounds.map(({ warmUpSeconds }) => warmUpSeconds ?? Number.POSITIVE_INFINITY);
  const longest = Math.max(...seconds);
  return Number.isFinite(longest) ? String(longest) : '–';
}

const quiet = (rows: readonly LoadRow[]) =>
  table(
    ['load', 'server', 'CPU-s per hour', 'ack ms, p50 / p99 / max'],
    rows.map((row) => [
      row.scenario.name,
      row.server,
      format(medianOf(row, ({ serverCpu, seconds }) => (serverCpu / seconds) * 3600)),
      percentileCell(row, ({ ack }) => ack),
    ]),
  );

const starts = (rows: readonly StartRow[]) =>
  table(
    ['server', 'ready after ms', 'CPU ms until then', 'memory held, MiB'],
    rows.map(({ server, rounds }) => [
      server,
      ...(['readyMs', 'cpuMs', 'rssMiB'] as const).map((key) =>
        format(median(rounds.map((round) => round[key]))),
      ),
    ]),
  );

const delays = (rows: readonly LoadRow[]) =>
  table(
    ['load', 'event loop delay ms, p50 / p99 / max'],
    rows.map((row) => [row.scenario.name, percentileCell(row, ({ delay }) => delay!)]),
  );

const idle = (rows: readonly IdleRow[]) =>
  table(
    ['server', 'joins/s', 'heap, KiB each', 'resident memory, KiB each'],
    rows.map((row) => [
      row.server,
      ...[row.joinsPerSecond, row.heapKiB, row.rssKiB].map((value) => format(value)),
    ]),
  );

const pages = (results: PagesResult) =>
  table(
    ['page', 'p50 ms', 'p99 ms', 'max ms'],
    results.map(({ name, ms }) => [name, format(ms.p50), format(ms.p99), format(ms.max)]),
  );

function machineLine(machine: Machine): string {
  const { p50, p99, max } = machine.fsyncMs;
  const pinned = machine.pinned ? 'server and client pinned to one each' : 'not pinned';
  return (
    `${machine.cores} × ${machine.cpu}, ${pinned}; ${machine.memoryGiB} GiB; Linux ${machine.kernel}; ` +
    `Node ${machine.node}; 4 KiB appended and flushed in ${format(p50)} ms (p99 ${format(p99)}, max ${format(max)}).\n`
  );
}

/** Formats the results as Markdown tables. */
export function markdown(results: Results): string {
  const busy = results.loads.filter(({ scenario }) => !scenario.isQuiet);
  const idling = results.loads.filter(({ scenario }) => scenario.isQuiet);
  const delayed = results.loads.filter(({ rounds }) => rounds[0]?.delay);
  const limited = busy.some((row) => clientShare(row) > CLIENT_LIMIT);
  const parts = [
    machineLine(results.machine),
    busy.length > 0 && loads(busy),
    limited && '\\* The client was the limit: the server could have done more per second.\n',
    delayed.length > 0 && delays(delayed),
    idling.length > 0 && quiet(idling),
    results.starts.length > 0 && `A start:\n\n${starts(results.starts)}`,
    results.idle.length > 0 &&
      `${IDLE.connections.toLocaleString('en')} idle connections:\n\n${idle(results.idle)}`,
    results.pages.length > 0 &&
      `${LONG_LIFE.messages.toLocaleString('en')} messages in one room:\n\n${pages(results.pages)}`,
    results.resume &&
      `Resumes of ${MISSED.toLocaleString('en')} missed events took ` +
        `${results.resume.seconds.map((s) => s.toFixed(2)).join(', ')} s.\n`,
    ...results.warnings.map((warning) => `${warning}\n`),
  ];
  return parts.filter(Boolean).join('\n');
}

/** Formats one round for the terminal. */
export function roundLine({ scenario }: LoadRow, server: ServerName, round: LoadRound): string {
  const { serverCpu, clientCpu, deliveries, seconds } = round;
  const share = (cpu: number) => `${((cpu / seconds) * 100).toFixed(0)} %`;
  return (
    `${scenario.name}, ${server}: ${format((serverCpu / deliveries) * 1e6)} µs per delivery, ` +
    `${format(round.acked / seconds)} acked/s, p99 ${format(round.delivery.p99)} ms, ` +
    `CPU ${share(serverCpu)}, client ${share(clientCpu)}`
  );
}
