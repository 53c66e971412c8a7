import pg from 'pg';

/** How long a connection may take to be made, in milliseconds. */
const CONNECT_MS = 3000;
/** How long its end may take. A link that has gone silent would never tell of it. */
export const END_MS = 1000;

/** Limits that PostgreSQL keeps for a connection, in milliseconds. */
export interface Limits {
  /** How long one statement may take, waits for locks included. */
  readonly statement: number;
  /** How long a statement waits for a lock. */
  readonly lock?: number;
  /** How long a transaction may wait for its next statement: a frozen node must not hold up the others. */
  readonly idleInTransaction?: number;
}

export interface ConnectOptions {
  readonly limits: Limits;
  /** Sends queries without waiting for the one before. */
  readonly pipeline?: boolean;
  /** How long an answer may take, in milliseconds; then the connection counts as lost. The server may still be at work. */
  readonly answerMs?: number;
}

const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    // 64-bit integers are seqs, positions and times, which are exact as numbers.
    oid === pg.types.builtins.INT8 && format !== 'binary'
      ? Number
      : (pg.types.getTypeParser(oid, format) as never),
};

/** The configuration of a connection to the database of `url`. */
export function configOf(url: string, { limits, pipeline, answerMs }: ConnectOptions) {
  return {
    connectionString: url,
    application_name: 'charla',
    types,
    keepAlive: true,
    keepAliveInitialDelayMillis: 5000,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: limits.statement,
    ...(limits.lock !== undefined && { lock_timeout: limits.lock }),
    ...(limits.idleInTransaction !== undefined && {
      idle_in_transaction_session_timeout: limits.idleInTransaction,
    }),
    ...(pipeline && { pipeline }),
    ...(answerMs !== undefined && { query_timeout: answerMs }),
  } satisfies pg.ClientConfig & { pipeline?: boolean };
}

/** Connects. `onLost` is called once where the connection breaks later. */
export async function connect(
  url: string,
  options: ConnectOptions,
  onLost: (client: pg.Client, error: Error) => void = () => {},
): Promise<pg.Client> {
  const client = new pg.Client(configOf(url, options));
  let isLost = false;
  const lose = (error: Error) => {
    if (!isLost) onLost(client, error);
    isLost = true;
  };
  client.on('error', lose);
  try {
    await client.connect();
  } catch (error) {
    isLost = true;
    destroy(client);
    throw error;
  }
  client.on('end', () => lose(new Error('The connection to the database has ended')));
  return client;
}

/** Ends a connection after the statements that were sent. */
export async function end(client: pg.Client): Promise<void> {
  const timer = setTimeout(() => destroy(client), END_MS);
  await client.end();
  clearTimeout(timer);
}

/** Ends a connection at once, also one that gets no answers. */
export function destroy(client: pg.Client): void {
  const { stream } = (client as unknown as { connection: { stream: { destroy(): void } } })
    .connection;
  stream.destroy();
}
