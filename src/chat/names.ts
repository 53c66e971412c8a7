import { ChatError } from '../protocol/errors.ts';
import { fold } from '../protocol/fold.ts';

/** A name as it is kept and shown, and the key under which it is unique. */
export interface Name {
  readonly name: string;
  readonly key: string;
}

/** Takes the white space off its ends, which nobody could tell apart; refuses what leaves none. */
export function nameFrom(raw: string, path = '/name'): Name {
  const name = raw.trim().normalize('NFC');
  if (name === '') {
    const message = 'must have more than white space';
    throw new ChatError('validation_failed', { details: [{ path, message }] });
  }
  return { name, key: fold(name) };
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
