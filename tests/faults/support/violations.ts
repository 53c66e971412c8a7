/** How many violations of a kind are listed. One fault may break everything that follows. */
const LISTED = 10;

/** Collects violations: each once, by kind. */
export class Violations {
  readonly #kinds = new Map<string, Set<string>>();

  add(kind: string, what: string): void {
    const known = this.#kinds.get(kind) ?? new Set();
    this.#kinds.set(kind, known.add(what));
  }

  /** The first violations of each kind, and how many more there are. */
  list(): string[] {
    return [...this.#kinds].flatMap(([kind, all]) => {
      const listed = [...all].slice(0, LISTED).map((what) => `${kind}: ${what}`);
      return all.size > LISTED ? [...listed, `${kind}: ${all.size - LISTED} more`] : listed;
    });
  }
}
