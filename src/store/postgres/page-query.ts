import pg from 'pg';

/** Rows that the server sends before the client asks for more. */
const ROWS = 50;

/** The connection below a client, as far as a query uses it. */
interface Connection {
  close(portal: { type: 'P'; name: string }): void;
  sync(): void;
}

/** The handlers of the driver's query that its types do not have. */
interface Handlers {
  handleDataRow(message: DataRow): void;
  handlePortalSuspended(connection: Connection): void;
}

interface DataRow {
  /** The values as the server has sent them. */
  readonly fields: readonly (string | Buffer | null)[];
}

type Callback = (error: Error | null, result: pg.QueryResult) => void;

const Query = pg.Query as unknown as new (
  config: pg.QueryConfig & { rows: number },
  values: undefined,
  callback: Callback,
) => pg.Query & Handlers;

/**
 * A query that ends before the row that would exceed so many bytes: it fetches some rows at a time, and no more once
 * they do not fit. Only for connections that do not pipeline.
 */
export class PageQuery extends Query {
  readonly #maxBytes: number;
  #bytes = 0;
  #hasRows = false;
  isCut = false;

  constructor(config: pg.QueryConfig, maxBytes: number, callback: Callback) {
    super({ ...config, rows: ROWS }, undefined, callback);
    this.#maxBytes = maxBytes;
  }

  override handleDataRow(message: DataRow): void {
    if (this.isCut) return;
    for (const value of message.fields)
      this.#bytes += value === null ? 0 : Buffer.byteLength(value);
    this.isCut = this.#hasRows && this.#bytes > this.#maxBytes;
    this.#hasRows = true;
    if (!this.isCut) super.handleDataRow(message);
  }

  override handlePortalSuspended(connection: Connection): void {
    if (!this.isCut) return super.handlePortalSuspended(connection);
    connection.close({ type: 'P', name: '' });
    connection.sync();
  }
}
