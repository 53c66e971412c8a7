import { expect, it } from 'vitest';
import {
  failureOf,
  wordsForAnswer,
  wordsForError,
  wordsForTimeout,
} from '../../src/chat/hooks/failure-reasons.ts';

const errorOf = (code: string, message = 'it failed') =>
  Object.assign(new Error(message), { code });

it.each([
  [null, wordsForError(errorOf('ECONNREFUSED')), 'refused'],
  [null, wordsForError(errorOf('EPIPE')), 'closed'],
  [null, wordsForError(errorOf('ENODATA')), 'no_such_host'],
  [null, wordsForError(errorOf('ESERVFAIL')), 'unresolved'],
  [null, wordsForError(errorOf('ENETUNREACH')), 'unreachable'],
  [null, wordsForError(errorOf('CERT_HAS_EXPIRED')), 'certificate_expired'],
  [null, wordsForError(errorOf('EODD', 'a.example has no public address')), 'not_public'],
  [null, wordsForError(errorOf('EODD')), 'connection'],
  [null, wordsForTimeout(10_000), 'timeout'],
  [308, wordsForAnswer(308), 'redirect'],
  [410, wordsForAnswer(410), 'gone'],
  [503, wordsForAnswer(503), 'status'],
  // As an earlier version wrote them, or a later one.
  [500, 'what it said', 'status'],
  [null, 'what it said', 'connection'],
  [204, null, null],
] as const)('status %s, “%s” is the reason %s', (status, words, reason) => {
  expect(failureOf(status, words)).toBe(reason);
});

it('keeps the words of an error short', () => {
  expect(wordsForError(new Error('x'.repeat(1000)))).toHaveLength(200);
});
