import { RateLimiterMemory, type RateLimiterAbstract } from 'rate-limiter-flexible';
import type { Cluster, LimiterOptions, Node, NodeRecord, Ticket } from './cluster.ts';

/** How often it is looked for changes of an operator's command, in milliseconds. */
const LOOK_MS = 500;

export interface AloneOptions {
  /** Reads what is another value after each change that an operator's command makes beside the server. */
  readonly readChange: () => Promise<string | undefined>;
  /** Called for what fails in the background and is tried again. */
  readonly warn: (error: unknown, message: string) => void;
}

/** The only node of its database: what nodes share is in its memory. */
export class Alone implements Cluster {
  readonly #options: AloneOptions;
  /** In the order in which they were issued, and so expire. */
  readonly #tickets = new Map<string, Ticket>();
  /** Their hashes by user. */
  readonly #ticketsOf = new Map<string, Set<string>>();
  readonly #connections = new Map<string, number>();

  readonly #startedAt = Date.now();
  #node: Node | null = null;
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> | null = null;
  #lastChange: string | undefined;

  constructor(options: AloneOptions) {
    this.#options = options;
  }

  async join(node: Node): Promise<void> {
    this.#node = node;
    this.#lastChange = await this.#options.readChange();
    const look = () => {
      this.#looking ??= this.#look(node).finally(() => (this.#looking = null));
    };
    this.#timer = setInterval(look, LOOK_MS).unref();
  }

  publish(): void {}
  setPresent(): void {}
  nodeCount = () => 1;

  nodes(): Promise<NodeRecord[]> {
    const connections = this.#node?.connectionCount() ?? 0;
    const limitsHit = this.#node?.limitsHit() ?? [];
    return Promise.resolve([{ id: 'alone', startedAt: this.#startedAt, connections, limitsHit }]);
  }

  isLeader = () => true;

  async leave(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    await this.#looking;
  }

  /** Takes in what an operator's command has changed beside the server: sessions that have ended, and users. */
  async #look(node: Node): Promise<void> {
    try {
      const change = await this.#options.readChange();
      if (change === this.#lastChange) return;
      await node.checkSessions();
      await node.checkUsers();
      this.#lastChange = change;
    } catch (error) {
      this.#options.warn(error, 'changes of an operator were not taken in yet');
    }
  }

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
