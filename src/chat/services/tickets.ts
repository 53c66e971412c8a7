import { hash, randomBytes } from 'node:crypto';
import type { Ticket } from '../../protocol/resources.ts';
import type { Cluster } from '../../store/cluster.ts';
import { isoTime } from '../../store/mapping/time.ts';
import type { Viewer } from '../viewer.ts';

/** How long a ticket is valid, in milliseconds. */
const TICKET_MS = 30_000;
/** Tickets kept of one user; nobody opens more sockets in half a minute. */
const MAX_PER_USER = 100;
/** Random bytes of a ticket: it is worth a token, and must be as hard to guess. */
const TICKET_BYTES = 32;
/** Tells a ticket from a token, which has dots and no hyphen at this place. */
const PREFIX = 'ticket-';

/**
 * Replacements for a token in an address, which could be seen or recorded: valid once, and for a short time, on every
 * node. They do not survive a restart of the last node; clients request new ones.
 */
export class Tickets {
  readonly #cluster: Cluster;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  async issue(viewer: Viewer): Promise<Ticket> {
    const ticket = PREFIX + randomBytes(TICKET_BYTES).toString('base64url');
    const expiresAt = Date.now() + TICKET_MS;
    const value = JSON.stringify(viewer);
    const kept = { hash: hashOf(ticket), userId: viewer.user.id, value, expiresAt };
    await this.#cluster.keepTicket(kept, MAX_PER_USER);
    return { ticket, expiresAt: isoTime(expiresAt) };
  }

  static isTicket(token: string): boolean {
    return token.startsWith(PREFIX);
  }

  /** The viewer of a ticket; null where it was used, has expired, or never existed. */
  async redeem(ticket: string): Promise<Viewer | null> {
    const value = await this.#cluster.takeTicket(hashOf(ticket));
    return value === null ? null : (JSON.parse(value) as Viewer);
  }
}

/** What is kept of a ticket cannot be used as one. */
const hashOf = (ticket: string) => hash('sha256', ticket, 'base64url');
