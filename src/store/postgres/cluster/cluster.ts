import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import type {
  Cluster,
  LimiterOptions,
  News,
  Node,
  NodeRecord,
  Present,
  Ticket,
} from '../../cluster.ts';
import { isSilence } from '../errors.ts';
import { SharedConnections } from './connections.ts';
import { Heartbeat, type BeatTimes } from './heartbeat.ts';
import { SharedLimiter } from './limiter.ts';
import { addNode, endConnectionsOf, readNodes, removeNode, type Beat } from './nodes.ts';
import { Outbox } from './outbox.ts';
import { fromPayload } from './payloads.ts';
import { SharedPoints } from './points.ts';
import { readPresence, replacePresence } from './presence.ts';
import { PresenceWatch } from './presence-watch.ts';
import { SharedClient } from './shared-client.ts';
import { keepTicket, takeTicket } from './tickets.ts';

export interface PostgresClusterOptions {
  readonly url: string;
  readonly nodeId: string;
  readonly times: BeatTimes;
  /** The last position that this node has told anybody of. */
  readonly toldPos: () => number;
  /** Called with what each beat finds, and what was told before it. */
  readonly onBeat: (beat: Beat, toldBefore: number) => void;
  /** Called when the node does not hear its own beats: others' are lost, too. */
  readonly onDeaf: () => void;
  /** Called when a beat gets no answer: other connections may have gone silent, too. */
  readonly onSilence: (error: unknown) => void;
  readonly warn: (error: unknown, message: string) => void;
}

/**
 * The nodes that share a PostgreSQL database. One connection tells the others, and one counts: what waits for the queue
 * of notifications must not delay those who wait for their points.
 */
export class PostgresCluster implements Cluster {
  readonly #options: PostgresClusterOptions;
  readonly #nodeId: string;
  readonly #teller: SharedClient;
  readonly #counter: SharedClient;
  readonly #outbox: Outbox;
  readonly #points: SharedPoints;
  readonly #connections: SharedConnections;
  readonly #heartbeat: Heartbeat;
  #node: Node | null = null;
  #watch: PresenceWatch | null = null;
  /** Whether changes of users may have been missed. */
  #areUsersDue = false;

  constructor(options: PostgresClusterOptions) {
    const { url, nodeId, times, toldPos, warn, onDeaf, onSilence } = options;
    this.#options = options;
    this.#nodeId = nodeId;
    this.#teller = new SharedClient(url, {
      prepare: async (queries) => {
        await addNode(queries, nodeId);
        this.#outbox.forgetPresence();
        await replacePresence(queries, nodeId, this.#node!.present());
      },
      up: () => {
        this.#outbox.flushSoon();
        this.#heartbeat.beatNow();
      },
      lost: (error) => {
        warn(error, 'the connection that tells other nodes was lost');
        if (isSilence(error)) onSilence(error);
      },
    });
    this.#counter = new SharedClient(url, {
      prepare: (queries) => this.#connections.replace(queries),
      up: () => this.#connections.flushSoon(),
      lost: (error) => warn(error, 'the connection that counts limits was lost'),
    });
    this.#outbox = new Outbox(this.#teller, nodeId);
    this.#points = new SharedPoints(this.#counter);
    this.#connections = new SharedConnections(this.#counter, nodeId);
    this.#heartbeat = new Heartbeat({
      queries: this.#teller,
      nodeId,
      times,
      toldPos,
      connectionCount: () => this.#node!.connectionCount(),
      limitsHit: () => this.#node!.limitsHit(),
      onBeat: (...found) => this.#onBeat(...found),
      onDeaf,
      warn,
    });
  }

  async join(node: Node): Promise<void> {
    this.#node = node;
    this.#watch = new PresenceWatch(node, () => readPresence(this.#teller, this.#nodeId));
    await Promise.all([this.#teller.open(), this.#counter.open()]);
    await this.#watch.refresh();
    await this.#heartbeat.start();
  }

  /** Takes a notification; those of this node come back, too. */
  hear(text: string): void {
    const payload = fromPayload(text);
    if (payload.node === this.#nodeId) {
      if (payload.beat) this.#heartbeat.heard();
      return;
    }
    if (payload.again) this.#refresh();
    this.#watch?.hear(payload);
    for (const news of payload.news ?? []) this.#node?.receive(news);
  }

  /** Notifications may have been lost. */
  mayHaveMissed(): void {
    if (!this.#node) return;
    this.#refresh();
    this.#inBackground(this.#node.checkSessions());
    this.#inBackground(this.#checkUsers());
  }

  publish(news: News): void {
    this.#outbox.tell(news);
  }

  setPresent(present: Present, isPresent: boolean): void {
    this.#outbox.setPresent(present, isPresent);
  }

  connect(userId: string, max: number): Promise<(() => void) | number> {
    return this.#connections.connect(userId, max);
  }

  limiter(options: LimiterOptions): RateLimiterAbstract {
    return new SharedLimiter(this.#points, options);
  }

  keepTicket(ticket: Ticket, max: number): Promise<void> {
    return keepTicket(this.#counter, ticket, max);
  }

  takeTicket(hash: string): Promise<string | null> {
    return takeTicket(this.#counter, hash);
  }

  async nodes(): Promise<NodeRecord[]> {
    const found = await readNodes(this.#teller, this.#options.times.deadMs);
    // What this node has told of itself may be seconds old.
    const own = {
      connections: this.#node!.connectionCount(),
      limitsHit: this.#node!.limitsHit(),
    };
    return found.map((node) => (node.id === this.#nodeId ? { ...node, ...own } : node));
  }

  nodeCount(): number {
    return this.#heartbeat.nodeCount;
  }

  isLeader(forMs = 0): boolean {
    return this.#heartbeat.isLeader(forMs);
  }

  async leave(): Promise<void> {
    await this.#heartbeat.stop();
    if (this.#teller.isUp) {
      await removeNode(this.#teller, this.#nodeId).catch((error: unknown) =>
        this.#options.warn(error, 'the other nodes were not told of the departure'),
      );
    }
    await Promise.all([this.#teller.close(), this.#counter.close()]);
  }

  #onBeat(found: Beat, toldBefore: number): void {
    this.#options.onBeat(found, toldBefore);
    if (!found.isKnown) {
      // The others have forgotten this node: it writes anew what it shares.
      const reason = new Error('This node was removed by another one, or the tables were emptied');
      this.#teller.reconnect(reason);
      this.#counter.reconnect(reason);
      this.#refresh();
      return;
    }
    if (found.dead.length > 0) {
      this.#watch?.hear({ node: this.#nodeId, gone: found.dead });
      this.#inBackground(endConnectionsOf(this.#teller, found.dead));
    }
    if (this.#watch?.isStale) this.#refresh();
    if (this.#areUsersDue) this.#inBackground(this.#checkUsers());
    if (this.#heartbeat.isCheckDue) this.#inBackground(this.#node!.checkSessions());
  }

  async #checkUsers(): Promise<void> {
    this.#areUsersDue = true;
    await this.#node!.checkUsers();
    this.#areUsersDue = false;
  }

  #refresh(): void {
    // A beat tries again what fails.
    this.#watch?.refresh().catch(() => {});
  }

  #inBackground(work: Promise<void>): void {
    work.catch((error: unknown) => this.#options.warn(error, 'a check of the node failed'));
  }
}
