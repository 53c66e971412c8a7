import { ChatError } from '../../protocol/errors.ts';
import { Refusals } from './refusals.ts';

/** How many transfers may be in progress on this node: of one user, and of all. */
interface Most {
  readonly ofUser: number;
  readonly inAll: number;
}

/** Each holds a few hundred KiB of memory and an open file. */
const UPLOADS: Most = { ofUser: 5, inAll: 200 };
/** A page shows many pictures at once. */
const DOWNLOADS: Most = { ofUser: 100, inAll: 2000 };
/** Each reads all that its user ever wrote. */
const EXPORTS: Most = { ofUser: 1, inAll: 20 };

/** Counts transfers of one kind. */
class Counter {
  /** What it counts, in the singular. */
  readonly #what: string;
  readonly #most: Most;
  readonly #byUser = new Map<string, number>();
  #count = 0;
  readonly rejected = new Refusals();
  /** What was transferred, whether to its end or not. */
  bytes = 0;

  constructor(what: string, most: Most) {
    this.#what = what;
    this.#most = most;
  }

  /** How many are in progress. */
  get count(): number {
    return this.#count;
  }

  /** Counts one until the returned function is called, once. Throws `rate_limited` or `overloaded`. */
  start(userId: string): () => void {
    const count = this.#byUser.get(userId) ?? 0;
    if (count >= this.#most.ofUser) {
      this.rejected.add(userId);
      const what = count === 1 ? this.#what : `${this.#what}s`;
      const message = `You have ${count} ${what} in progress, which is the limit; wait for the end of one`;
      throw new ChatError('rate_limited', { message, retryAfter: 1 });
    }
    if (this.#count >= this.#most.inAll) {
      this.rejected.add(userId);
      throw new ChatError('overloaded', { retryAfter: 1 });
    }
    this.#byUser.set(userId, count + 1);
    this.#count += 1;
    return () => {
      const left = this.#byUser.get(userId)! - 1;
      if (left === 0) this.#byUser.delete(userId);
      else this.#byUser.set(userId, left);
      this.#count -= 1;
    };
  }
}

/** The transfers that are in progress on this node. */
export class Transfers {
  readonly uploads = new Counter('upload', UPLOADS);
  readonly downloads = new Counter('download', DOWNLOADS);
  /** Archives of what somebody has on the server. */
  readonly exports = new Counter('export', EXPORTS);
}
