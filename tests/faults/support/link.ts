import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Finder, Loss } from './loss.ts';
import { Pipe, reset } from './pipe.ts';

/** How many bytes a connection is known by: of PostgreSQL, the start-up, the password, the first statements. */
const OPENING = 4096;

/** What a link leads to. */
interface Target {
  readonly host?: string;
  readonly port: number;
}

/** A connection through a link. */
class Connection {
  readonly #client: Socket;
  readonly #target: Socket;
  readonly #toTarget: Pipe;
  readonly #toClient: Pipe;
  readonly closed: Promise<unknown>;
  #opening = Buffer.alloc(0);

  constructor(link: Link, client: Socket, target: Socket) {
    this.#client = client;
    this.#target = target;
    // Listens before the pipes do, so that neither socket closes unseen.
    this.closed = Promise.all([client, target].map(hasClosed));
    const delay = () => link.delayMs;
    this.#toTarget = new Pipe(client, target, {
      delay,
      admit: (bytes) => {
        if (this.#opening.length < OPENING) {
          this.#opening = Buffer.concat([this.#opening, bytes]).subarray(0, OPENING);
        }
        link.counts.toTarget += bytes.length;
        link.notice(this, bytes);
        return link.loss?.admitRequest(this, bytes) ?? true;
      },
    });
    this.#toClient = new Pipe(target, client, {
      delay,
      admit: (bytes) => {
        link.counts.toClient += bytes.length;
        return link.loss?.admitAnswer(this, bytes) ?? true;
      },
    });
  }

  opensWith(bytes: string): boolean {
    return this.#opening.includes(bytes);
  }

  freeze(isFrozen: boolean): void {
    this.#toTarget.freeze(isFrozen);
    this.#toClient.freeze(isFrozen);
  }

  cut(): void {
    this.#toTarget.close();
    this.#toClient.close();
    reset(this.#client);
    reset(this.#target);
  }
}

const hasClosed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => void socket.once('close', () => resolve()));

/**
 * A TCP proxy between a node and its database, which a test breaks in every way a network can. Methods that take
 * `opening` concern only the connections that sent these bytes among their first 4 KiB (`LISTEN`, an
 * application_name); without it, they concern all.
 */
export class Link {
  /** Connections and bytes since the link was opened. */
  readonly counts = { accepted: 0, refused: 0, toTarget: 0, toClient: 0 };
  delayMs = 0;
  loss: Loss | null = null;
  readonly #server: Server;
  readonly #connections = new Set<Connection>();
  #isRefusing = false;
  #wanted: ((connection: Connection, bytes: Buffer) => void) | null = null;
  #isFrozen = false;

  constructor(server: Server, target: Target) {
    const { host = '127.0.0.1', port } = target;
    this.#server = server.on('connection', (client: Socket) => {
      if (this.#isRefusing) {
        this.counts.refused += 1;
        client.on('error', () => {});
        reset(client);
        return;
      }
      this.counts.accepted += 1;
      const upstream = connect({ host, port, allowHalfOpen: true, noDelay: true });
      const connection = new Connection(this, client, upstream);
      if (this.#isFrozen) connection.freeze(true);
      this.#connections.add(connection);
      void connection.closed.then(() => this.#connections.delete(connection));
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** How many connections are open. */
  get open(): number {
    return this.#connections.size;
  }

  /** The same of those with an opening. */
  openWith(opening: string): number {
    return this.#withOpening(opening).length;
  }

  /** Breaks connections, and returns how many: both sides receive a reset at once, even if frozen. */
  cut(opening = ''): number {
    const connections = this.#withOpening(opening);
    for (const connection of connections) connection.cut();
    return connections.length;
  }

  /** Resets every new connection as soon as it is there. The port stays the link's, which a closed port would not. */
  refuse(): void {
    this.#isRefusing = true;
  }

  accept(): void {
    this.#isRefusing = false;
  }

  /**
   * Stops all bytes in both directions, while connections stay open: neither side learns what the other does, not
   * even that it is gone. Without `opening`, new connections are frozen as well. Returns how many connections froze.
   */
  freeze(opening?: string): number {
    if (opening === undefined) this.#isFrozen = true;
    const connections = this.#withOpening(opening ?? '');
    for (const connection of connections) connection.freeze(true);
    return connections.length;
  }

  /** Passes on what was held, in order. */
  thaw(): void {
    this.#isFrozen = false;
    for (const connection of this.#connections) connection.freeze(false);
  }

  /** Delays, by so many milliseconds, what arrives from now on, in each direction. */
  delay(ms: number): void {
    this.delayMs = ms;
  }

  /**
   * The first time a client sends `request`, passes it on, drops whatever the server returns, and breaks the
   * connection once `answer` is among it: the server did what the client asked, and the client does not know.
   * Without `answer` any bytes will do, which is right only where no other answer is under way. Resolves once the
   * connection is broken.
   */
  async loseAnswerTo(request: string | Buffer, answer: string | Buffer = ''): Promise<void> {
    await this.#lose(new Loss(request, answer));
  }

  /** The first time a client sends `request`, breaks the connection instead of passing it on. Resolves then. */
  async loseRequest(request: string | Buffer): Promise<void> {
    await this.#lose(new Loss(request, null));
  }

  /**
   * Resolves when a client sends `request`, before the server's answer passes. What a test does in the same turn
   * comes between the two.
   */
  async heard(request: string): Promise<void> {
    if (this.#wanted) throw new Error('The link is to hear something else first');
    const finders = new WeakMap<Connection, Finder>();
    await new Promise<void>((resolve) => {
      this.#wanted = (connection, bytes) => {
        const finder = finders.get(connection) ?? new Finder(Buffer.from(request));
        finders.set(connection, finder);
        if (!finder.isIn(bytes)) return;
        this.#wanted = null;
        resolve();
      };
    });
  }

  /** Called with what a client sends. */
  notice(connection: Connection, bytes: Buffer): void {
    this.#wanted?.(connection, bytes);
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.cut();
    await closed;
  }

  async #lose(loss: Loss): Promise<void> {
    if (this.loss) throw new Error('The link is to lose something else first');
    this.loss = loss;
    await loss.done;
    this.loss = null;
  }

  #withOpening(opening: string): Connection[] {
    return [...this.#connections].filter((connection) => connection.opensWith(opening));
  }
}

/** Opens a link to a server, on a free port of 127.0.0.1. */
export async function openLink(target: Target): Promise<Link> {
  const server = createServer({ allowHalfOpen: true, noDelay: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return new Link(server, target);
}
