import { version } from '../../package.ts';
import type { ServerStats as Stats } from '../../protocol/administration.ts';
import { isoTime } from '../../store/mapping/time.ts';
import { authorOf } from '../../store/mapping/accounts.ts';
import { findUsers } from '../../store/queries/accounts.ts';
import { countAll } from '../../store/queries/administration.ts';
import { readHookLag } from '../../store/queries/outgoing-hooks.ts';
import { LIMIT_SETTINGS, sumOfHits } from './limits-hit.ts';
import type { Cluster, LimitHit } from '../../store/cluster.ts';
import type { Mutations } from '../../store/mutation.ts';
import type { Store } from '../../store/store.ts';

/** How long counts are shown, in milliseconds: they read large tables. */
const KEPT_MS = 10_000;

type Used = Pick<Store<Mutations>, 'searchDb' | 'stats'> & {
  readonly cluster: Pick<Cluster, 'nodes'>;
};

/** The numbers of the server. However many ask, they are counted once in ten seconds. */
export class ServerStats {
  readonly #store: Used;
  #counted: Promise<Stats> | null = null;
  #countedAt = 0;

  constructor(store: Used) {
    this.#store = store;
  }

  read(): Promise<Stats> {
    const now = Date.now();
    if (this.#counted && now - this.#countedAt < KEPT_MS) return this.#counted;
    this.#countedAt = now;
    const counted = this.#count(now);
    this.#counted = counted;
    // A failure is not kept.
    counted.catch(() => {
      if (this.#counted === counted) this.#counted = null;
    });
    return counted;
  }

  async #count(now: number): Promise<Stats> {
    const { searchDb, stats, cluster } = this.#store;
    const [counted, databaseBytes, nodes, search, hooks] = await Promise.all([
      countAll(searchDb),
      stats.databaseBytes(),
      cluster.nodes(),
      stats.indexLag(),
      readHookLag(searchDb),
    ]);
    const { fileBytes, ...counts } = counted;
    const limitsHit = sumOfHits(nodes.map((node) => node.limitsHit));
    return {
      at: isoTime(now),
      version,
      counts,
      storage: { databaseBytes, fileBytes },
      nodes: nodes.map(({ id, startedAt, connections }) => ({
        id,
        startedAt: isoTime(startedAt),
        connections,
      })),
      limitsHit: await withUsers(searchDb, limitsHit),
      lag: { search, hooks: hooks.events },
    };
  }
}

async function withUsers(
  db: Used['searchDb'],
  hits: readonly LimitHit[],
): Promise<Stats['limitsHit']> {
  const ids = new Set(hits.flatMap(({ lastUserId }) => lastUserId ?? []));
  const users = new Map((await findUsers(db, [...ids])).map((user) => [user.id, authorOf(user)]));
  return hits.map(({ limit, count, lastAt, lastUserId }) => ({
    limit,
    // A newer node may have limits that this one does not know.
    setting: (LIMIT_SETTINGS as Record<string, string | null>)[limit] ?? null,
    count,
    lastAt: isoTime(lastAt),
    lastUser: users.get(lastUserId ?? '') ?? null,
  }));
}
