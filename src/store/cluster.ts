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
  /** A user has a new name, colour or right. The others read it, since news of two changes may come in any order. */
  | { readonly kind: 'user'; readonly userId: string }
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
  /** Closes the connections of sessions that have ended, whether or not there was news of it. Called every 10 s. */
  checkSessions(): Promise<void>;
  /** Looks for changed users among those whom its clients see. Called where news may have been lost. */
  checkUsers(): Promise<void>;
  /** The users who have a socket on this node, once for each room. */
  present(): Iterable<Present>;
  /** How many sockets and streams it has. */
  connectionCount(): number;
  /** What its limits have refused. */
  limitsHit(): LimitsHit;
  /** A user's first socket in a room has opened on another node, or their last one there has closed. */
  setPresent(nodeId: string, present: Present, isPresent: boolean): void;
  /** Takes all users with sockets on other nodes, by node, and forgets all others. */
  replacePresent(all: ReadonlyMap<string, readonly Present[]>): void;
  /** Another node is gone, and the sockets that it had. */
  forgetNode(nodeId: string): void;
}

/** How often a limit has refused something on a node since its start, and whom the last time. */
export interface LimitHit {
  readonly limit: string;
  readonly count: number;
  /** In milliseconds since 1970. */
  readonly lastAt: number;
  /** Null where it was nobody who is signed in. */
  readonly lastUserId: string | null;
}

/** Each limit at most once. */
export type LimitsHit = readonly LimitHit[];

/** A node of the cluster. */
export interface NodeRecord {
  readonly id: string;
  /** In milliseconds since 1970. */
  readonly startedAt: number;
  /** Its sockets and streams, as of its last heartbeat. */
  readonly connections: number;
  /** What its limits have refused, as of then. */
  readonly limitsHit: LimitsHit;
}

export interface LimiterOptions {
  /** Tells its keys from those of other limiters. */
  readonly prefix: string;
  readonly points: number;
  readonly seconds: number;
  /** A key with so many points is rejected without asking the other nodes. Points must not be given back then. */
  readonly flood?: number;
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
   * those open, where that is `max` or more already. Throws `unavailable` while the database is out of reach.
   */
  connect(userId: string, max: number): Promise<(() => void) | number>;
  /** A limiter whose points are counted over all nodes; by this one alone while the database is out of reach. */
  limiter(options: LimiterOptions): RateLimiterAbstract;
  /** Keeps what a ticket stands for: at most `max` of a user, the newest. Throws `unavailable`. */
  keepTicket(ticket: Ticket, max: number): Promise<void>;
  /** Returns what a ticket stands for, once; null where it was taken, has expired, or never existed. */
  takeTicket(hash: string): Promise<string | null>;
  /** The nodes that are alive, the oldest first. */
  nodes(): Promise<NodeRecord[]>;
  /** How many nodes are alive, this one included, as far as it knows. */
  nodeCount(): number;
  /**
   * Whether this node does what only one of them has to do, and remains the only one for `forMs` milliseconds at least,
   * whatever happens to it.
   */
  isLeader(forMs?: number): boolean;
  /** Leaves the other nodes, who forget what they know of this one. */
  leave(): Promise<void>;
}

export interface Ticket {
  readonly hash: string;
  readonly userId: string;
  /** What it stands for. */
  readonly value: string;
  /** In milliseconds since 1970. All tickets last equally long. */
  readonly expiresAt: number;
}
