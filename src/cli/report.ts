import { Progress } from '../progress.ts';

/** How often the bar of a terminal is drawn at most, in milliseconds. */
const DRAW_MS = 100;
const BAR_CHARACTERS = 24;
/** Goes back to the beginning of the line of a terminal and clears it. */
const CLEAR = '\r\u001B[K';

/**
 * What a command prints: lines for people, or one JSON object for programs. While it runs, a terminal shows a bar, and
 * everything else gets a line once a second.
 */
export class Report {
  readonly #asJson: boolean;
  readonly #isTerminal: boolean;
  readonly #out: NodeJS.WriteStream;
  #hasBar = false;

  constructor(asJson: boolean) {
    this.#asJson = asJson;
    // A program that reads JSON from standard output reads nothing else there.
    this.#out = this.#asJson ? process.stderr : process.stdout;
    this.#isTerminal = this.#out.isTTY ?? false;
  }

  /** How often progress is shown at most, in milliseconds; undefined for the default. */
  get everyMs(): number | undefined {
    return this.#isTerminal ? DRAW_MS : undefined;
  }

  /** Counts something that takes long; `unit` is what is counted, in the plural. */
  progress(unit: string): Progress {
    return new Progress(this.showProgress, { unit, everyMs: this.everyMs });
  }

  /** Shows how far the command has come. */
  showProgress = (line: string, done: number): void => {
    if (this.#isTerminal) {
      const filled = Math.round(done * BAR_CHARACTERS);
      const bar = '█'.repeat(filled) + '░'.repeat(BAR_CHARACTERS - filled);
      this.#out.write(`${CLEAR}${bar} ${line}`.slice(0, CLEAR.length + (this.#out.columns ?? 80)));
      this.#hasBar = true;
    } else if (!this.#asJson) {
      this.#out.write(`${line}\n`);
    }
  };

  /** Ends the command: prints lines for people, or `result` as JSON. */
  finish(lines: readonly string[], result: object): void {
    this.clear();
    if (this.#asJson) process.stdout.write(`${JSON.stringify(result)}\n`);
    else for (const line of lines) process.stdout.write(`${line}\n`);
  }

  /** Removes the bar. */
  clear(): void {
    if (this.#hasBar) this.#out.write(CLEAR);
    this.#hasBar = false;
  }
}
