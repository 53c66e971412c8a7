import type { GroupResult } from './group.ts';
import type { LogEntry } from './log-entry.ts';
import type { Job, Outcome } from './mutation.ts';

/*
 * What crosses between the main loop and the thread that writes. Copying an object to another thread mostly costs the
 * names of its properties, once more for each object. So lists of alike objects cross as one flat list of values: of a
 * message in a large group, the copies cost 1.5 µs instead of 7.
 */

/** A list of objects that have the same properties in the same order, or a list of anything as it is. */
export type Packed<T> =
  readonly T[] | { readonly names: readonly string[]; readonly values: readonly unknown[] };

export function pack<T>(list: readonly T[]): Packed<T> {
  const first = list[0];
  if (!isPlain(first)) return list;
  const names = Object.keys(first);
  if (names.length === 0) return list;
  const values: unknown[] = [];
  for (const one of list) {
    if (!isPlain(one)) return list;
    let i = 0;
    for (const name in one) {
      if (name !== names[i]) return list;
      values.push(one[name]);
      i += 1;
    }
    if (i < names.length) return list;
  }
  return { names, values };
}

export function unpack<T>(packed: Packed<T>): readonly T[] {
  if (!('names' in packed)) return packed;
  const { names, values } = packed;
  const list: T[] = [];
  for (let start = 0; start < values.length; start += names.length) {
    const one: Record<string, unknown> = {};
    for (let i = 0; i < names.length; i += 1) one[names[i]!] = values[start + i];
    list.push(one as T);
  }
  return list;
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** Jobs of one mutation that follow each other. */
interface PackedRun {
  readonly mutation: string;
  readonly inputs: Packed<unknown>;
}

export type PackedJobs = readonly PackedRun[];

export function packJobs(jobs: readonly Job[]): PackedJobs {
  const runs: { mutation: string; inputs: unknown[] }[] = [];
  for (const { mutation, input } of jobs) {
    const run = runs.at(-1);
    if (run?.mutation === mutation) run.inputs.push(input);
    else runs.push({ mutation, inputs: [input] });
  }
  return runs.map(({ mutation, inputs }) => ({ mutation, inputs: pack(inputs) }));
}

export function unpackJobs(runs: PackedJobs): Job[] {
  return runs.flatMap(({ mutation, inputs }) =>
    unpack(inputs).map((input): Job => ({ mutation, input })),
  );
}

/** The result of a group, with whatever the thread adds to it. */
export type PackedResult<Result extends GroupResult> = Omit<Result, 'outcomes' | 'entries'> & {
  readonly outcomes: PackedOutcomes;
  readonly entries: Packed<LogEntry>;
};

/** Where every job has succeeded, what they returned. */
type PackedOutcomes = { readonly returned: Packed<unknown> } | readonly Outcome[];

export function packResult<Result extends GroupResult>(result: Result): PackedResult<Result> {
  const { outcomes, entries } = result;
  return { ...result, outcomes: packOutcomes(outcomes), entries: pack(entries) };
}

function packOutcomes(outcomes: readonly Outcome[]): PackedOutcomes {
  const values: unknown[] = [];
  for (const outcome of outcomes) {
    if (!('value' in outcome)) return outcomes;
    values.push(outcome.value);
  }
  return { returned: pack(values) };
}

export function unpackResult<Result extends GroupResult>(packed: PackedResult<Result>): Result {
  const { outcomes, entries } = packed;
  return {
    ...packed,
    outcomes: 'returned' in outcomes ? unpackReturned(outcomes.returned) : outcomes,
    entries: unpack(entries),
  } as unknown as Result;
}

const unpackReturned = (values: Packed<unknown>): Outcome[] =>
  unpack(values).map((value) => ({ value }));
