import type { Node, Present } from '../../cluster.ts';
import type { Payload } from './payloads.ts';

/**
 * Tells a node who has a socket on the others: what it reads of the database at first and where news may have been
 * lost, and then what it hears. What it hears while it reads may be newer than what it reads, so it counts after that.
 */
export class PresenceWatch {
  readonly #node: Node;
  readonly #read: () => Promise<ReadonlyMap<string, readonly Present[]>>;
  #held: Payload[] = [];
  #isReading = false;
  /** Whether it has to be read, or read again. */
  #isStale = false;

  constructor(node: Node, read: () => Promise<ReadonlyMap<string, readonly Present[]>>) {
    this.#node = node;
    this.#read = read;
  }

  get isStale(): boolean {
    return this.#isStale;
  }

  hear(payload: Payload): void {
    if (this.#isReading) this.#held.push(payload);
    else this.#apply(payload);
  }

  /** Reads everything. Rejects where it cannot; then it is to be called again. */
  async refresh(): Promise<void> {
    this.#isStale = true;
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      while (this.#isStale) {
        this.#isStale = false;
        this.#node.replacePresent(await this.#read());
      }
    } catch (error) {
      this.#isStale = true;
      throw error;
    } finally {
      this.#isReading = false;
      const held = this.#held;
      this.#held = [];
      for (const payload of held) this.#apply(payload);
    }
  }

  #apply({ node, gone = [], present = [] }: Payload): void {
    for (const nodeId of gone) this.#node.forgetNode(nodeId);
    for (const [roomId, user, isPresent] of present) {
      this.#node.setPresent(node, { roomId, user }, isPresent === 1);
    }
  }
}
