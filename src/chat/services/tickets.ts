import { randomBytes } from 'node:crypto';
import type { Ticket } from '../../protocol/resources.ts';
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

/** The viewer of a ticket, and until when it is valid, in milliseconds since 1970. */
interface Held {
  readonly viewer: Viewer;
  readonly expiresAt: number;
}

/**
 * Replacements for a token in an address, which could be seen or recorded: valid once, and for a short time. They
 * are not stored: a restart ends them, and clients request new ones.
 */
export class Tickets {
  /** In the order in which they were issued, and so expire. */
  readonly #held = new Map<string, Held>();
  /** The same by user. */
  readonly #byUser = new Map<string, Set<string>>();

  issue(viewer: Viewer): Ticket {
    const now = Date.now();
    this.#forgetExpired(now);
    const ticket = PREFIX + randomBytes(TICKET_BYTES).toString('base64url');
    const expiresAt = now + TICKET_MS;
    this.#held.set(ticket, { viewer, expiresAt });
    const ofUser = this.#byUser.get(viewer.user.id) ?? new Set();
    this.#byUser.set(viewer.user.id, ofUser.add(ticket));
    if (ofUser.size > MAX_PER_USER) this.#forget(ofUser.keys().next().value!);
    return { ticket, expiresAt: isoTime(expiresAt) };
  }

  static isTicket(token: string): boolean {
    return token.startsWith(PREFIX);
  }

  /** The viewer of a ticket; null where it was used, has expired, or never existed. */
  redeem(ticket: string): Viewer | null {
    this.#forgetExpired(Date.now());
    return this.#forget(ticket);
  }

  #forget(ticket: string): Viewer | null {
    const held = this.#held.get(ticket);
    if (!held) return null;
    const { viewer } = held;
    this.#held.delete(ticket);
    const ofUser = this.#byUser.get(viewer.user.id)!;
    ofUser.delete(ticket);
    if (ofUser.size === 0) this.#byUser.delete(viewer.user.id);
    return viewer;
  }

  #forgetExpired(now: number): void {
    for (const [ticket, { expiresAt }] of this.#held) {
      if (expiresAt > now) return;
      this.#forget(ticket);
    }
  }
}
