import { expect, it } from 'vitest';
import { cursorOf, posOf, startFrom } from '../../src/realtime/cursor.ts';

it.each([0, 1, 35, 36, 1_000_000, 36 ** 10 - 1])(
  'encodes the position %i as a cursor and decodes it again',
  (pos) => expect(posOf('epoch', cursorOf('epoch', pos))).toBe(pos),
);

it.each(['', '.', 'epoch', 'epoch.', 'other.1', 'epoch.1.2', 'epoch.-1', 'epoch.A', 'epoch. 1'])(
  'rejects "%s" as a cursor',
  (cursor) => expect(posOf('epoch', cursor)).toBeNull(),
);

it.each([
  ['at the head without a cursor', undefined, { after: 7, isReset: false }],
  ['after a cursor', 5, { after: 5, isReset: false }],
  ['after a cursor at the head', 7, { after: 7, isReset: false }],
  ['after the cursor 0', 0, { after: 0, isReset: false }],
  ['at the head with a reset after a cursor ahead of it', 8, { after: 7, isReset: true }],
  [
    'at the head with a reset after a cursor of another database',
    null,
    { after: 7, isReset: true },
  ],
])('starts %s', (_, cursor, expected) => expect(startFrom(cursor, 7)).toEqual(expected));
