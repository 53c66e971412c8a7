import type { HookFailure } from '../../protocol/hooks.ts';

/* Why a delivery failed: in words, as they are stored, and as a code that clients translate. */

/** Reasons without an answer, and those answers that have a meaning of their own. */
const WORDS = {
  refused: 'nothing listens at that address',
  closed: 'the receiver closed the connection',
  no_such_host: 'there is no such host',
  unresolved: 'the name of the host could not be resolved',
  unreachable: 'the host cannot be reached',
  certificate_expired: 'the certificate of the host has expired',
  certificate_self_signed: 'the certificate of the host is self-signed',
  certificate_of_other_host: 'the certificate is for another host',
  redirect: 'the answer is a redirect, which is not followed; give the hook its final URL',
  gone: 'the receiver says that it is gone',
} as const satisfies Partial<Record<HookFailure, string>>;

const CODES: Readonly<Record<string, keyof typeof WORDS>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'closed',
  EPIPE: 'closed',
  ENOTFOUND: 'no_such_host',
  ENODATA: 'no_such_host',
  ESERVFAIL: 'unresolved',
  ETIMEOUT: 'unresolved',
  ETIMEDOUT: 'unreachable',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  CERT_HAS_EXPIRED: 'certificate_expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate_self_signed',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate_of_other_host',
};

const TOO_LATE = 'no answer within';
const NOT_PUBLIC = 'has no public address';

/** The longest text of an error that is kept. */
const MAX_ERROR = 200;

export const wordsForTimeout = (ms: number): string => `${TOO_LATE} ${ms / 1000} s`;

export const wordsForAnswer = (status: number): string => {
  if (status === 410) return WORDS.gone;
  return status >= 300 && status < 400 ? WORDS.redirect : `the receiver answered with ${status}`;
};

export function wordsForError(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const known = CODES[code];
  return known ? WORDS[known] : `the connection failed: ${message}`.slice(0, MAX_ERROR);
}

/** The code of a reason that was stored in words; null where nothing failed. */
export function failureOf(status: number | null, words: string | null): HookFailure | null {
  if (words === null) return null;
  const known = Object.entries(WORDS).find(([, text]) => text === words);
  if (known) return known[0] as keyof typeof WORDS;
  if (status !== null) return 'status';
  if (words.startsWith(TOO_LATE)) return 'timeout';
  return words.includes(NOT_PUBLIC) ? 'not_public' : 'connection';
}
