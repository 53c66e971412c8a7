import { RateLimiterMemory, type RateLimiterAbstract } from 'rate-limiter-flexible';
import type { Cluster, LimiterOptions, Ticket } from './cluster.ts';

/** The only node of its database: what nodes share is in its memory. */
export class Alone implements Cluster {
  /** In the order in which they were issued, and so expire. */
  readonly #tickets = new Map<string, Ticket>();
  /** Their hashes by user. */
  readonly #ticketsOf = new Map<string, Set<string>>();
  readonly #connections = new Map<string, number>();

  join = () => Promise.resolve();
  publish(): void {}
  setPresent(): void {}
  nodeCount = () => 1;
  isLeader = () => true;
  leave = () => Promise.resolve();

  connect(userId: string, max: number): Promise<(() => void) | number> {
    const open = this.#connections.get(userId) ?? 0;
    if (open >= max) return Promise.resolve(open);
    this.#connections.set(userId, open + 1);
    return Promise.resolve(() => this.#disconnect(userId));
  }

  limiter({ points, seconds }: LimiterOptions): RateLimiterAbstract {
    return new RateLimiterMemory({ points, duration: seconds });
  }

  keepTicket(ticket: Ticket, max: number): Promise<void> {
    const { hash, userId } = ticket;
    this.#forgetExpired();
    this.#tickets.set(hash, ticket);
    const ofUser = this.#ticketsOf.get(userId) ?? new Set();
    this.#ticketsOf.set(userId, ofUser.add(hash));
    if (ofUser.size > max) this.#take(ofUser.keys().next().value!);
    return Promise.resolve();
  }

  takeTicket(hash: string): Promise<string | null> {
    this.#forgetExpired();
    return Promise.resolve(this.#take(hash));
  }

  #disconnect(userId: string): void {
    const open = this.#connections.get(userId)! - 1;
    if (open === 0) this.#connections.delete(userId);
    else this.#connections.set(userId, open);
  }

  #take(hash: string): string | null {
    const ticket = this.#tickets.get(hash);
    if (!ticket) return null;
    this.#tickets.delete(hash);
    const ofUser = this.#ticketsOf.get(ticket.userId)!;
    ofUser.delete(hash);
    if (ofUser.size === 0) this.#ticketsOf.delete(ticket.userId);
    return ticket.value;
  }

  #forgetExpired(): void {
    const now = Date.now();
    for (const [hash, { expiresAt }] of this.#tickets) {
      if (expiresAt > now) return;
      this.#take(hash);
    }
  }
}
