import * as crypto from 'node:crypto';
import { ChatError } from '../../protocol/errors.ts';
import type { ExportFile } from '../../protocol/export.ts';
import { findKnown } from '../../store/move/imported-rows.ts';
import type { Tx } from '../../store/transaction.ts';

/** What an import knows of its folder. */
export interface ImportSource {
  /** Whether it has the log of the exporting server; otherwise the log is made from rooms, members and messages. */
  readonly hasLog: boolean;
  /** The hash of a password that nobody knows, for accounts without one. */
  readonly noPassword: string;
}

/** How the lines of one file are imported. */
export interface ImportStep<Line = never> {
  readonly file: ExportFile;
  /** What the file is, for messages: "an account". */
  readonly what: string;
  /** What the object of a line says. Throws `validation_failed` where it does not fit. */
  readonly parse: (value: object) => Line;
  /** What comes before the transaction; throws a `Misfit`. */
  prepare?(lines: readonly Line[]): Promise<void>;
  /** Writes lines that follow those that were written before. Throws a `Misfit`. */
  write(tx: Tx, lines: readonly Line[], source: ImportSource): Promise<void>;
}

/** A line that does not fit to what was imported before: the one at `index` of those that were given. */
export class Misfit extends Error {
  readonly index: number;

  constructor(index: number, why: string) {
    super(why);
    this.index = index;
  }
}

/** Ids of Charla have this form. */
const OWN = /^[\w-]{16}$/;

/**
 * The id that something gets which has this one in the folder: the same, or one that follows from it. So ids of other
 * programs never clash with those that have a meaning here.
 */
export const importedId = (id: string): string =>
  OWN.test(id) ? id : crypto.hash('sha256', id, 'base64url').slice(0, 16);

/** A time in milliseconds since 1970. Throws `validation_failed` where there is none of this name. */
export function timeFrom(text: string, field: string): number {
  const ms = Date.parse(text);
  if (ms >= 0) return ms;
  throw unfit(field, 'is no time since 1970');
}

/** The refusal of a field. */
export const unfit = (field: string, message: string): ChatError =>
  new ChatError('validation_failed', { details: [{ path: `/${field}`, message }] });

/** Throws where a line refers to a user or room that was not imported. */
export async function requireKnown<Line>(
  tx: Tx,
  table: 'users' | 'rooms',
  lines: readonly Line[],
  idsOf: (line: Line) => readonly (string | null)[],
): Promise<void> {
  const ids = lines.map((line) => idsOf(line).filter((id) => id !== null));
  const known = await findKnown(tx.db, table, new Set(ids.flat()));
  const index = ids.findIndex((ofLine) => ofLine.some((id) => !known.has(id)));
  if (index === -1) return;
  const what = table === 'users' ? 'a user' : 'a room';
  throw new Misfit(index, `names ${what} that ${table}.jsonl does not have`);
}

/** How many of some lines are of each key, in the order of the first of each. */
export function countBy<Line>(
  lines: readonly Line[],
  keyOf: (line: Line) => string,
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(keyOf(line), (counts.get(keyOf(line)) ?? 0) + 1);
  return counts;
}
