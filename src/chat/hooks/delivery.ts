import { hash } from 'node:crypto';
import type { LogEntry } from '../../store/log-entry.ts';
import type { HookRecord } from '../../store/queries/outgoing-hooks.ts';
import { post, retryAfterMs } from '../services/outgoing.ts';
import { signatureHeaders } from './signature.ts';

/** What became of an attempt. */
export interface Outcome {
  /** `gone`: the receiver wants nothing more; `aborted`: the server has ended it, which tells nothing. */
  readonly kind: 'done' | 'failed' | 'gone' | 'aborted';
  /** What it was answered with; null where there was no answer. */
  readonly status: number | null;
  /** What was wrong, in plain words; null for nothing. */
  readonly error: string | null;
  /** How long the receiver asks to be left alone, in milliseconds. */
  readonly retryMs: number;
}

export interface How {
  /** Whether hooks may be http, and lead to addresses that are not public. */
  readonly toPrivate: boolean;
  /** How long the receiver may take, in milliseconds. */
  readonly requestMs: number;
  /** Ends the attempt. */
  readonly signal: AbortSignal;
  /** The name of the database. */
  readonly epoch: string;
}

/** Sends one event to one receiver, once. */
export async function deliver(hook: HookRecord, entry: LogEntry, how: How): Promise<Outcome> {
  const { toPrivate, requestMs, signal } = how;
  const id = deliveryId(hook, entry, how.epoch);
  const body = Buffer.from(entry.json);
  const tooLate = AbortSignal.timeout(requestMs);
  try {
    const { status, headers } = await post(new URL(hook.url), {
      headers: {
        ...signatureHeaders(hook.secret, { id, at: Date.now(), body: entry.json }),
        'content-type': 'application/json',
        'content-length': body.length,
        'user-agent': 'Charla-Webhooks',
      },
      body,
      toPrivate,
      signal: AbortSignal.any([signal, tooLate]),
    });
    return outcomeOf(status, retryAfterMs(headers['retry-after']));
  } catch (error) {
    const kind = signal.aborted ? 'aborted' : 'failed';
    const text = tooLate.aborted ? `no answer within ${requestMs / 1000} s` : wordsFor(error);
    return { kind, status: null, error: text, retryMs: 0 };
  }
}

/**
 * The same for each attempt to send an event to a hook, so that a receiver knows a repeat. In a restored backup, other
 * events have the same seqs.
 */
const deliveryId = (hook: HookRecord, { seq }: LogEntry, epoch: string) =>
  `msg_${hash('sha256', `${epoch} ${hook.id} ${seq}`, 'base64url').slice(0, 32)}`;

function outcomeOf(status: number, retryMs: number): Outcome {
  if (status >= 200 && status < 300) return { kind: 'done', status, error: null, retryMs: 0 };
  if (status === 410) {
    return { kind: 'gone', status, error: 'the receiver says that it is gone', retryMs: 0 };
  }
  const error =
    status >= 300 && status < 400
      ? 'the answer is a redirect, which is not followed; give the hook its final URL'
      : `the receiver answered with ${status}`;
  return { kind: 'failed', status, error, retryMs };
}

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens at that address',
  ECONNRESET: 'the receiver closed the connection',
  EPIPE: 'the receiver closed the connection',
  ENOTFOUND: 'there is no such host',
  ENODATA: 'there is no such host',
  ESERVFAIL: 'the name of the host could not be resolved',
  ETIMEOUT: 'the name of the host could not be resolved',
  ETIMEDOUT: 'the host cannot be reached',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the host cannot be reached',
  CERT_HAS_EXPIRED: 'the certificate of the host has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate of the host is self-signed',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another host',
};

/** The longest text of an error that is kept. */
const MAX_ERROR = 200;

function wordsFor(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return WORDS[code] ?? `the connection failed: ${message}`.slice(0, MAX_ERROR);
}
