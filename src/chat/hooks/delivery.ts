import { hash } from 'node:crypto';
import type { LogEntry } from '../../store/log-entry.ts';
import type { HookRecord } from '../../store/queries/outgoing-hooks.ts';
import { post, retryAfterMs } from '../services/outgoing.ts';
import { wordsForAnswer, wordsForError, wordsForTimeout } from './failure-reasons.ts';
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
    const text = tooLate.aborted ? wordsForTimeout(requestMs) : wordsForError(error);
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
  const error = wordsForAnswer(status);
  return status === 410
    ? { kind: 'gone', status, error, retryMs: 0 }
    : { kind: 'failed', status, error, retryMs };
}
