import type { Socket } from 'node:net';

/** How many bytes a pipe holds before it stops reading, as many as a link of 20 MB/s holds at 50 ms. */
const MAX_HELD = 1024 * 1024;

/** What moves from one socket to the other: bytes, the end of the stream, or a break of the connection. */
type Item = Buffer | 'end' | 'break';

interface PipeOptions {
  /** The delay of what arrives now, in milliseconds. */
  readonly delay: () => number;
  /** Called with bytes that are due. They are written unless it returns false. */
  readonly admit: (bytes: Buffer) => boolean;
}

/** One direction of a connection: what `source` receives is written to `sink`, later and in the same order. */
export class Pipe {
  readonly #source: Socket;
  readonly #sink: Socket;
  readonly #options: PipeOptions;
  readonly #held: { item: Item; due: number }[] = [];
  #heldBytes = 0;
  #isFrozen = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(source: Socket, sink: Socket, options: PipeOptions) {
    this.#source = source;
    this.#sink = sink;
    this.#options = options;
    source.on('data', (bytes: Buffer) => this.#hold(bytes));
    source.on('end', () => this.#hold('end'));
    source.on('error', () => {});
    source.on('close', (hadError) => {
      if (hadError) this.#hold('break');
    });
    sink.on('drain', () => this.#run());
  }

  /** A frozen pipe moves nothing, and the sink does not learn that the source is closed. */
  freeze(isFrozen: boolean): void {
    this.#isFrozen = isFrozen;
    this.#run();
  }

  /** Drops what is held. */
  close(): void {
    clearTimeout(this.#timer);
    this.#held.length = 0;
  }

  #hold(item: Item): void {
    this.#held.push({ item, due: performance.now() + this.#options.delay() });
    if (item instanceof Buffer) this.#heldBytes += item.length;
    this.#run();
  }

  #run(): void {
    clearTimeout(this.#timer);
    while (!this.#isFrozen && !this.#sink.writableNeedDrain) {
      const next = this.#held[0];
      if (!next) break;
      const wait = next.due - performance.now();
      if (wait > 0) {
        this.#timer = setTimeout(() => this.#run(), Math.ceil(wait));
        break;
      }
      this.#held.shift();
      this.#pass(next.item);
    }
    const isBlocked = this.#isFrozen || this.#sink.writableNeedDrain || this.#heldBytes >= MAX_HELD;
    if (isBlocked) this.#source.pause();
    else this.#source.resume();
  }

  #pass(item: Item): void {
    if (item === 'end') {
      this.#sink.end();
    } else if (item === 'break') {
      reset(this.#sink);
    } else {
      this.#heldBytes -= item.length;
      if (this.#options.admit(item) && this.#sink.writable) this.#sink.write(item);
    }
  }
}

/** Breaks a connection: its peer receives a reset, not an orderly end. */
export function reset(socket: Socket): void {
  if (socket.connecting) socket.destroy();
  else socket.resetAndDestroy();
}
