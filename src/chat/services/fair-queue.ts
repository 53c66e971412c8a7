/** Whom something waits for. */
export interface Share {
  /** The address that it came from. */
  readonly address: string;
  /** The account that it is about, as far as its sender says. */
  readonly account: string;
}

/**
 * What waits for its turn, shared fairly: addresses take turns, and so do the accounts of one address.
 * Whoever asks for a hundred at once waits for a hundred, and others for one of each who asks.
 */
export class FairQueue<T> {
  readonly #max: number;
  /** In the order of their turns. */
  readonly #byAddress = new Map<string, Map<string, T[]>>();
  #size = 0;

  /** `max` is how much may wait, of all together. */
  constructor(max: number) {
    this.#max = max;
  }

  /** Returns what has to give way: the newest of whoever waits for the most; null where there is room. */
  add(item: T, { address, account }: Share): T | null {
    const accounts = this.#byAddress.get(address) ?? new Map<string, T[]>();
    this.#byAddress.set(address, accounts);
    const items = accounts.get(account) ?? [];
    accounts.set(account, items);
    items.push(item);
    this.#size += 1;
    return this.#size > this.#max ? this.#dropOne() : null;
  }

  /** Whose turn it is; undefined where nothing waits. */
  next(): T | undefined {
    const [turn] = this.#byAddress;
    if (!turn) return undefined;
    const [address, accounts] = turn;
    const [[account, items]] = accounts as unknown as [[string, T[]]];
    const item = items.shift();
    this.#size -= 1;
    // Whoever has had their turn is last in the line.
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

/** The entry of the largest size; of those alike, the last. */
function largest<V>(entries: ReadonlyMap<string, V>, sizeOf: (value: V) => number): [string, V] {
  return [...entries].reduce((most, one) => (sizeOf(one[1]) >= sizeOf(most[1]) ? one : most));
}
