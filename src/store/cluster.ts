import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import type { EphemeralEvent } from '../protocol/events.ts';
import type { User } from '../protocol/resources.ts';

/*
 * What the nodes of one database share and the log does not carry. A node is one server process. On SQLite there is one,
 * which shares it with nobody.
 */

type Ephemeral<Type extends EphemeralEvent['type']> = Extract<EphemeralEvent, { type: Type }>;

/** What a node tells the others. It is lost with a connection, so nothing that has to be right may rest on it alone. */
export type News =
  | { readonly kind: 'typing'; readonly event: Ephemeral<'typing'> }
  /** To a user's own connections. */
  | { readonly kind: 'read'; readonly userId: string; readonly event: Ephemeral<'read'> }
  /** A new name, colour or right. */
  | { readonly kind: 'user'; readonly user: User }
  | { readonly kind: 'sessions'; readonly userId: string; readonly ended: readonly string[] };

/** A user who has a socket in a room. */
export interface Present {
  readonly roomId: string;
  readonly user: User;
}

/** The node of this process, as the cluster uses it. */
export interface Node {
  /** Takes news of another node. */
  receive(news: News): void;
  /** The users who have a socket on this node, once for each room. */
  present(): Iterable<Present>;
  /** How many sockets and streams each user has on this node. */
  connections(): ReadonlyMap<string, number>;
  /** The sessions of this node's connections, by user. */
  sessions(): Iterable<{ readonly userId: string; readonly sessionId: string }>;
  /** A user's first socket in a room has opened on another node, or their last one there has closed. */
  setPresent(nodeId: string, present: Present, isPresent: boolean): void;
  /** Everybody who has a socket on another node; nobody where it has died. */
  replacePresent(nodeId: string, all: readonly Present[]): void;
}

export interface Cluster {
  /** Joins the other nodes. To be called once, before anything else. */
  join(node: Node): Promise<void>;
  /** Tells the other nodes, within some milliseconds. */
  publish(news: News): void;
  /** Tells them that a user's first socket in a room has opened here, or that the last one has closed. */
  setPresent(present: Present, isPresent: boolean): void;
  /**
   * Counts a socket or stream of a user over all nodes, until the returned function is called. Returns the number of
   * those open, where that is `max` or more already.
   */
  connect(userId: string, max: number): Promise<(() => void) | number>;
  /** A limiter whose points are counted over all nodes. `prefix` tells its keys from those of others. */
  limiter(options: { prefix: string; points: number; seconds: number }): RateLimiterAbstract;
  /** Keeps what a ticket stands for until a time in milliseconds since 1970: at most `max` of a user, the newest. */
  keepTicket(ticket: {
    hash: string;
    userId: string;
    value: string;
    expiresAt: number;
    max: number;
  }): Promise<void>;
  /** Returns what a ticket stands for, once; null where it was taken, has expired, or never existed. */
  takeTicket(hash: string): Promise<string | null>;
  /** Whether this node does what only one of them has to do. */
  isLeader(): boolean;
  /** Leaves the other nodes, who forget what they know of this one. */
  leave(): Promise<void>;
}
