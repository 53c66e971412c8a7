import type { LoadResult } from './clients/load.ts';
import type { PagesResult } from './clients/pages.ts';
import type { ResumeResult } from './clients/resume.ts';
import { median, type Percentiles } from './figures.ts';
import type { Machine } from './machine.ts';
import { IDLE, LONG_LIFE, MISSED, type LoadScenario } from './scenarios.ts';
import type { ServerName } from './servers.ts';

export interface LoadRound extends LoadResult {
  /** How late the server's event loop was, where that was looked at. */
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
  /** KiB for each connection: of V8's heap and beside it, and of all memory that the process holds. */
  readonly heapKiB: number;
  readonly rssKiB: number;
}

export interface Results {
  readonly machine: Machine;
  readonly loads: LoadRow[];
  readonly idle: IdleRow[];
  pages: PagesResult;
  resume: ResumeResult | null;
  readonly warnings: string[];
}

/** A client that is busier than this is what limits what is measured. */
const CLIENT_LIMIT = 0.9;

const midst = (row: LoadRow, figure: (round: LoadRound) => number) =>
  median(row.rounds.map(figure));

/** Microseconds of the server's CPU for each message that comes to a reader; the median of all rounds. */
const cpuPerDelivery = (row: LoadRow) =>
  midst(row, ({ serverCpu, deliveries }) => (serverCpu / deliveries) * 1e6);

const clientShare = (row: LoadRow) => midst(row, ({ clientCpu, seconds }) => clientCpu / seconds);

/** Of the CPU for a delivery, against what the row is compared with, if that was measured. */
function ratio(row: LoadRow, rows: readonly LoadRow[]): number | undefined {
  const { against } = row.scenario;
  const other = against
    ? rows.find(({ scenario, server }) => scenario.name === against && server === row.server)
    : rows.find(({ scenario, server }) => scenario === row.scenario && server === 'bare ws');
  return other && cpuPerDelivery(row) / cpuPerDelivery(other);
}

/** Three digits, as far as they are behind the point. */
const short = (value: number) =>
  value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(value >= 10 ? 3 : 2);

const three = (row: LoadRow, of: (round: LoadRound) => Percentiles) =>
  (['p50', 'p99', 'max'] as const).map((at) => short(midst(row, (r) => of(r)[at]))).join(' / ');

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  const rule = head.map((name) => (/^(load|server|page)$/.test(name) ? '---' : '---:'));
  return line(head) + line(rule) + rows.map(line).join('');
}

function loads(rows: readonly LoadRow[]): string {
  return table(
    [
      'load',
      'server',
      'CPU-s per 10⁶ deliveries',
      'ratio',
      'acked/s',
      'ack ms, p50 / p99 / max',
      'delivery ms, p50 / p99 / max',
    ],
    rows.map((row) => [
      row.scenario.name,
      row.server + (clientShare(row) > CLIENT_LIMIT ? ' *' : ''),
      short(cpuPerDelivery(row)),
      ratio(row, rows)?.toFixed(2) ?? '–',
      short(midst(row, ({ acked, seconds }) => acked / seconds)),
      three(row, ({ ack }) => ack),
      three(row, ({ delivery }) => delivery),
    ]),
  );
}

const delays = (rows: readonly LoadRow[]) =>
  table(
    ['load', 'event loop late by ms, p50 / p99 / max'],
    rows.map((row) => [row.scenario.name, three(row, ({ delay }) => delay!)]),
  );

const idle = (rows: readonly IdleRow[]) =>
  table(
    ['server', 'joins/s', 'heap, KiB each', 'all memory, KiB each'],
    rows.map((row) => [
      row.server,
      ...[row.joinsPerSecond, row.heapKiB, row.rssKiB].map((value) => short(value)),
    ]),
  );

const pages = (results: PagesResult) =>
  table(
    ['page', 'p50 ms', 'p99 ms', 'max ms'],
    results.map(({ name, ms }) => [name, short(ms.p50), short(ms.p99), short(ms.max)]),
  );

function machine(it: Machine): string {
  const { p50, p99, max } = it.fsyncMs;
  const pinned = it.pinned ? 'server and client pinned to one each' : 'not pinned';
  return (
    `${it.cores} × ${it.cpu}, ${pinned}; ${it.memoryGiB} GiB; Linux ${it.kernel}; Node ${it.node}; ` +
    `4 KiB appended and flushed in ${short(p50)} ms (p99 ${short(p99)}, max ${short(max)}).\n`
  );
}

/** What was measured, as tables. */
export function markdown(results: Results): string {
  const late = results.loads.filter(({ rounds }) => rounds[0]?.delay);
  const limited = results.loads.some((row) => clientShare(row) > CLIENT_LIMIT);
  const parts = [
    machine(results.machine),
    results.loads.length > 0 && loads(results.loads),
    limited && '\\* The client was the limit: the server could have done more a second.\n',
    late.length > 0 && delays(late),
    results.idle.length > 0 &&
      `${IDLE.connections.toLocaleString('en')} idle connections:\n\n${idle(results.idle)}`,
    results.pages.length > 0 &&
      `${LONG_LIFE.messages.toLocaleString('en')} messages in one room:\n\n${pages(results.pages)}`,
    results.resume &&
      `${MISSED.toLocaleString('en')} missed events were there after ` +
        `${results.resume.seconds.map((s) => s.toFixed(2)).join(', ')} s.\n`,
    ...results.warnings.map((warning) => `${warning}\n`),
  ];
  return parts.filter(Boolean).join('\n');
}

/** One round, as it comes. */
export function roundLine({ scenario }: LoadRow, server: ServerName, round: LoadRound): string {
  const { serverCpu, clientCpu, deliveries, seconds } = round;
  const share = (cpu: number) => `${((cpu / seconds) * 100).toFixed(0)} %`;
  return (
    `${scenario.name}, ${server}: ${short((serverCpu / deliveries) * 1e6)} µs a delivery, ` +
    `${short(round.acked / seconds)} acked/s, p99 ${short(round.delivery.p99)} ms, ` +
    `CPU ${share(serverCpu)}, client ${share(clientCpu)}`
  );
}
