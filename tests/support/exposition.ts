/*
 * Parses the text format 0.0.4 of Prometheus, and throws where anything is not as it says:
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 */

export interface Family {
  readonly type: string;
  readonly help: string;
  readonly samples: Sample[];
}

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const TYPES = ['counter', 'gauge', 'histogram', 'summary', 'untyped'];
const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)(?: (-?\d+))?$/;
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\["\\n])*)"(?:,|$)/;
const NUMBER = /^(?:[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]Inf|NaN)$/;
/** What a metric of a type may add to its name. */
const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['', '_sum', '_count'],
};

/** Returns the metrics by their names. */
export function parseExposition(text: string): Map<string, Family> {
  if (!text.endsWith('\n')) throw new Error('The last line has no end');
  const families = new Map<string, Family>();
  const helps = new Map<string, string>();
  let current: { name: string; family: Family } | null = null;
  const seen = new Set<string>();
  for (const line of text.slice(0, -1).split('\n')) {
    const fail = (why: string) => new Error(`${why}: ${line}`);
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (kind === 'HELP') {
      if (helps.has(name)) throw fail('A second HELP');
      if (!NAME.test(name) || /\\(?![\\n])/.test(rest) || rest === '') throw fail('A bad HELP');
      helps.set(name, rest);
    } else if (kind === 'TYPE') {
      if (families.has(name)) throw fail('A second TYPE');
      if (!NAME.test(name) || !TYPES.includes(rest)) throw fail('A bad TYPE');
      current = { name, family: { type: rest, help: helps.get(name) ?? '', samples: [] } };
      families.set(name, current.family);
    } else if (line !== '' && !line.startsWith('#')) {
      const sample = parseSample(line);
      if (!current) throw fail('A sample without a TYPE before it');
      const { type, samples } = current.family;
      const suffixes = SUFFIXES[type] ?? [''];
      const { name: of } = current;
      if (!suffixes.some((suffix) => sample.name === of + suffix)) throw fail(`Not of ${of}`);
      const key = `${sample.name} ${JSON.stringify(Object.entries(sample.labels).map(String).toSorted())}`;
      if (seen.has(key)) throw fail('The same sample twice');
      seen.add(key);
      samples.push(sample);
    }
  }
  for (const [name, family] of families) check(name, family);
  return families;
}

function parseSample(line: string): Sample {
  const match = SAMPLE.exec(line);
  if (!match || !NUMBER.test(match[3]!)) throw new Error(`Not a sample: ${line}`);
  const labels: Record<string, string> = {};
  for (let rest = match[2] ?? ''; rest !== '';) {
    const label = LABEL.exec(rest);
    if (!label || Object.hasOwn(labels, label[1]!)) throw new Error(`Bad labels: ${line}`);
    labels[label[1]!] = JSON.parse(`"${label[2]!}"`) as string;
    rest = rest.slice(label[0].length);
  }
  const value = match[3]!.endsWith('Inf') ? Infinity : Number(match[3]);
  return { name: match[1]!, labels, value };
}

function check(name: string, { type, help, samples }: Family): void {
  if (help === '') throw new Error(`${name} has no HELP before its TYPE`);
  if (type === 'counter' && samples.some(({ value }) => !(value >= 0))) {
    throw new Error(`The counter ${name} is below 0`);
  }
  if (type === 'histogram') checkHistogram(name, samples);
}

/** Each series has ascending bounds up to +Inf, counts that never fall, a sum, and a count of all. */
function checkHistogram(name: string, samples: readonly Sample[]): void {
  const series = new Map<string, Sample[]>();
  for (const sample of samples) {
    const { le: _, ...labels } = sample.labels;
    const key = JSON.stringify(labels);
    series.set(key, [...(series.get(key) ?? []), sample]);
  }
  for (const [labels, all] of series) {
    const of = (suffix: string) => all.filter((sample) => sample.name === name + suffix);
    const buckets = of('_bucket');
    const bounds = buckets.map(({ labels: { le } }) => (le === '+Inf' ? Infinity : Number(le)));
    const counts = buckets.map(({ value }) => value);
    const ascends = (list: number[]) => list.every((one, i) => i === 0 || one > list[i - 1]!);
    const isCumulative = counts.every((one, i) => i === 0 || one >= counts[i - 1]!);
    const [sum, count] = [of('_sum'), of('_count')];
    const isComplete = bounds.at(-1) === Infinity && sum.length === 1 && count.length === 1;
    if (!ascends(bounds) || !isCumulative || !isComplete || counts.at(-1) !== count[0]!.value) {
      throw new Error(`The histogram ${name}${labels} is not one`);
    }
  }
}
