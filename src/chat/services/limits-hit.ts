import type { LimitHit, LimitsHit } from '../../store/cluster.ts';
import type { Limits } from './limits.ts';
import type { LoginThrottle } from './login-throttle.ts';
import type { Refusals } from './refusals.ts';
import type { Transfers } from './transfers.ts';

/** Every limit, and the setting that changes it; null for those that are built in. */
export const LIMIT_SETTINGS = {
  messages: 'RATE_LIMIT_MESSAGES',
  requests: 'RATE_LIMIT_REQUESTS',
  // A socket may send so many frames for each message.
  frames: 'RATE_LIMIT_MESSAGES',
  // Built in; 0 turns it off, too.
  profiles: 'RATE_LIMIT_MESSAGES',
  connections: 'MAX_CONNECTIONS_PER_USER',
  logins: 'RATE_LIMIT_AUTH',
  uploads: null,
  downloads: null,
  exports: null,
} as const;

type LimitName = keyof typeof LIMIT_SETTINGS;

interface Limiting {
  readonly limits: Limits;
  readonly loginThrottle: LoginThrottle;
  readonly transfers: Transfers;
}

/** What each limit has refused on this node. */
export const refusalsOf = ({
  limits,
  loginThrottle,
  transfers,
}: Limiting): Record<LimitName, Refusals> => ({
  ...limits.rejected,
  logins: loginThrottle.rejected,
  uploads: transfers.uploads.rejected,
  downloads: transfers.downloads.rejected,
  exports: transfers.exports.rejected,
});

/** The limits that have refused something on this node. */
export const limitsHitOf = (services: Limiting): LimitsHit =>
  Object.entries(refusalsOf(services))
    .filter(([, { count }]) => count > 0)
    .map(([limit, { count, lastAt, lastUserId }]) => ({ limit, count, lastAt, lastUserId }));

/** Sums up what nodes have refused: the last hit first. */
export function sumOfHits(ofNodes: readonly LimitsHit[]): LimitHit[] {
  const sums = new Map<string, LimitHit>();
  for (const hit of ofNodes.flat()) {
    const known = sums.get(hit.limit);
    const last = known && known.lastAt > hit.lastAt ? known : hit;
    sums.set(hit.limit, { ...last, count: hit.count + (known?.count ?? 0) });
  }
  return [...sums.values()].toSorted((a, b) => b.lastAt - a.lastAt);
}
