import pg from 'pg';
import { ChatError } from '../../protocol/errors.ts';

/**
 * Classes and codes of PostgreSQL's errors (its documentation, appendix A) that mean "the database, not you": no
 * connection, no resources, an operator or a timeout that ended the statement, locks, a fault of the system, a
 * database that is read-only since another one has taken its place.
 */
const UNAVAILABLE = /^(08|53|57P|58|55P03|57014|25P0[234]|25006|40|XX)/;

/** True for an error that may be gone when the same is tried again. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return UNAVAILABLE.test(error.code ?? '');
  return isConnectionError(error);
}

/** True for an error of the connection: what the server did with the last statement is not known. */
export function isConnectionError(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return ENDS_CONNECTION.test(error.code ?? '');
  // Those of the driver have no class of their own: those of the system have a code, the others one of these texts.
  const { code, message = '' } = error as { code?: unknown; message?: string };
  return /^E[A-Z]+$/.test(String(code)) || CONNECTION.test(message);
}

/** True where a link gave no answer in time: it may have gone silent, and others with it. */
export const isSilence = (error: unknown): boolean =>
  (error as { message?: string }).message === 'Query read timeout';

/** Codes after which PostgreSQL closes the connection. */
const ENDS_CONNECTION = /^(08|57P0[1-5]|25P0[34])/;

const CONNECTION =
  /^(Connection terminated|Client (has encountered|was closed)|Query read timeout|timeout e|The connection to the)/;

/** An error as its caller receives it: `unavailable` where the database is out of reach or at its limits. */
export function toCaller(error: unknown): unknown {
  return isUnavailable(error) ? new ChatError('unavailable', { retryAfter: 1 }) : error;
}
