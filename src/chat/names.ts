import { nameKey } from '../../public/shared/name-key.js';
import { isVisible } from '../../public/shared/visible.js';
import { ChatError } from '../protocol/errors.ts';
import { MAX_NAME } from '../protocol/limits.ts';

/** A name as it is stored and shown, and the key by which it is unique. */
export interface Name {
  readonly name: string;
  readonly key: string;
}

/** Marks are visible, but without a letter they make no name. */
const MARKS = /\p{M}/gu;
/** A run of spaces, with or without what cannot be seen between them. */
const SPACES =
  /[\p{White_Space}\u2800](?:\p{Default_Ignorable_Code_Point}*[\p{White_Space}\u2800])*/gu;
const ENDS = /^[ \p{Default_Ignorable_Code_Point}]+| \p{Default_Ignorable_Code_Point}*$/gu;

/**
 * What somebody has written as the name of a person or a room, in the form in which it is kept: NFC,
 * trimmed, with single spaces. It keeps what has to do with how its letters look (joiners, variation
 * selectors), which its key leaves out. Refuses what is too long then, and what nobody could see.
 */
export function nameFrom(raw: string, path = '/name'): Name {
  const name = raw.normalize('NFC').replace(SPACES, ' ').replace(ENDS, '');
  const refusal = (message: string) =>
    new ChatError('validation_failed', { details: [{ path, message }] });
  if (!isVisible(name.replace(MARKS, '')))
    throw refusal('must have something in it that can be seen');
  if ([...name].length > MAX_NAME) throw refusal(`must have at most ${MAX_NAME} characters`);
  return { name, key: nameKey(name) };
}

/** A number and the space before it need this many characters at most: " 99999999". */
const ROOM_FOR_NUMBER = 9;

/** The nth name to try for somebody, from 1 on: "Ana", "Ana 2", "Ana 3" … */
export function nthName(name: string, nth: number): Name {
  if (nth === 1) return nameFrom(name);
  const start = [...name].slice(0, MAX_NAME - ROOM_FOR_NUMBER).join('');
  return nameFrom(`${start} ${nth}`);
}

/** Dark enough for white letters (contrast 4.5 and more), bright enough to be told apart. */
const PALETTE = [
  '#0f766e',
  '#b45309',
  '#1d4ed8',
  '#be123c',
  '#4d7c0f',
  '#7e22ce',
  '#0e7490',
  '#a21caf',
  '#c2410c',
  '#4338ca',
  '#15803d',
  '#9f1239',
] as const;

/** The colour that a name starts with. */
export function colorFor(name: string): string {
  let sum = 0;
  for (const character of name) sum = (sum * 31 + character.codePointAt(0)!) % 1_000_003;
  return PALETTE[sum % PALETTE.length]!;
}
