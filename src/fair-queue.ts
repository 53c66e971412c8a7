/** On whose behalf something waits. */
export interface Share {
  /** The address that the request came from. */
  readonly address: string;
  /** The account that it is about, by what its sender says. */
  readonly account: string;
}

/**
 * A queue shared fairly: addresses take turns, and so do the accounts of one address. A sender of a hundred waits
 * for all hundred; everybody else waits for one of each sender.
 */
export class FairQueue<T> {
  readonly #max: number;
  /** Next turn first. */
  readonly #byAddress = new Map<string, Map<string, T[]>>();
  #size = 0;

  /** `max` is how many items may wait in total. */
  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#size;
  }

  /** Returns the item dropped to make room, if any: the newest one of the sender with the most items. */
  add(item: T, { address, account }: Share): T | null {
    const accounts = this.#byAddress.get(address) ?? new Map<string, T[]>();
    this.#byAddress.set(address, accounts);
    const items = accounts.get(account) ?? [];
    accounts.set(account, items);
    items.push(item);
    this.#size += 1;
    return this.#size > this.#max ? this.#dropOne() : null;
  }

  /** Removes and returns the next item; undefined where nothing waits. */
  next(): T | undefined {
    const [turn] = this.#byAddress;
    if (!turn) return undefined;
    const [address, accounts] = turn;
    const [[account, items]] = accounts as unknown as [[string, T[]]];
    const item = items.shift();
    this.#size -= 1;
    // Their next turn comes after everybody else's.
    accounts.delete(account);
    if (items.length > 0) accounts.set(account, items);
    this.#byAddress.delete(address);
    if (accounts.size > 0) this.#byAddress.set(address, accounts);
    return item;
  }

  #dropOne(): T {
    const count = (accounts: Map<string, T[]>) =>
      [...accounts.values()].reduce((sum, items) => sum + items.length, 0);
    const [address, accounts] = largest(this.#byAddress, count);
    const [account, items] = largest(accounts, (of) => of.length);
    const item = items.pop()!;
    this.#size -= 1;
    if (items.length === 0) accounts.delete(account);
    if (accounts.size === 0) this.#byAddress.delete(address);
    return item;
  }
}

/** The entry of the largest size; of equal ones, the last. */
function largest<V>(entries: ReadonlyMap<string, V>, sizeOf: (value: V) => number): [string, V] {
  return [...entries].reduce((most, one) => (sizeOf(one[1]) >= sizeOf(most[1]) ? one : most));
}
