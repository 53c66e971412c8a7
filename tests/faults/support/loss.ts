/** Finds bytes in a stream, also where they are split over chunks. */
export class Finder {
  readonly #wanted: Buffer;
  #tail = Buffer.alloc(0);

  constructor(wanted: Buffer) {
    this.#wanted = wanted;
  }

  isIn(chunk: Buffer): boolean {
    const bytes = Buffer.concat([this.#tail, chunk]);
    this.#tail = bytes.subarray(Math.max(0, bytes.length - this.#wanted.length + 1));
    return bytes.includes(this.#wanted);
  }
}

interface Breakable {
  readonly closed: Promise<unknown>;
  cut(): void;
}

/** One request, or its answer, that a link loses, whichever connection is the first to send it. */
export class Loss {
  /** Resolves once the connection is broken. */
  readonly done: Promise<unknown>;
  readonly #request: Buffer;
  readonly #answer: Finder | null;
  readonly #finders = new Map<Breakable, Finder>();
  #happen!: (broken: Promise<unknown>) => void;
  #victim: Breakable | null = null;

  /** With null as `answer`, the request itself is lost. */
  constructor(request: string | Buffer, answer: string | Buffer | null) {
    this.#request = Buffer.from(request);
    this.#answer = answer === null ? null : new Finder(Buffer.from(answer));
    this.done = new Promise((resolve) => (this.#happen = resolve));
  }

  /** Whether bytes reach the server. */
  admitRequest(connection: Breakable, bytes: Buffer): boolean {
    if (this.#victim) return true;
    const finder = this.#finders.get(connection) ?? new Finder(this.#request);
    this.#finders.set(connection, finder);
    if (!finder.isIn(bytes)) return true;
    this.#victim = connection;
    // If the connection breaks by itself, the answer is lost as well.
    this.#happen(connection.closed);
    if (this.#answer) return true;
    connection.cut();
    return false;
  }

  /** Whether bytes reach the client. */
  admitAnswer(connection: Breakable, bytes: Buffer): boolean {
    if (connection !== this.#victim) return true;
    if (this.#answer?.isIn(bytes)) connection.cut();
    return false;
  }
}
