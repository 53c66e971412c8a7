import { mentionSites } from '../../../public/shared/mentions.js';
import type { RoomKind } from '../../protocol/resources.ts';
import { lastNamesUpTo } from '../../store/queries/accounts.ts';
import { findAccess } from '../../store/queries/members.ts';
import type { Tx } from '../../store/transaction.ts';
import { mayRead } from '../permissions.ts';

type Site = ReturnType<typeof mentionSites>[number];
type End = Site['ends'][number];

/**
 * Queries for the names at all sites. Each query finds the name, or shortens what can be one to what it shares
 * with an existing name: two or three find every name but those chosen to be hard to find.
 */
const MAX_QUERIES = 10;

/** For each text, the ids of the users whom it mentions and who may read the room, in order. */
export async function findMentions(
  tx: Tx,
  room: { readonly id: string; readonly kind: RoomKind },
  texts: readonly string[],
): Promise<string[][]> {
  const sites = texts.map(mentionSites);
  const named = await findNamed(tx, sites.flat());
  if (named.size === 0) return texts.map(() => []);
  const namedIds = new Set(Array.from(named.values(), ({ id }) => id));
  const readers = new Set<string>();
  for (const { userId, ...access } of await findAccess(tx, room.id, namedIds)) {
    if (mayRead({ kind: room.kind, ...access })) readers.add(userId);
  }
  return sites.map((ofText) => mentionedAt(ofText, named).filter((id) => readers.has(id)));
}

/** The user with the longest name at a site, whether or not they may read the room. */
interface Named {
  readonly id: string;
  readonly end: End;
}

/** The ids of the users named in one text, each once; a site within a name names nobody else. */
function mentionedAt(sites: readonly Site[], named: ReadonlyMap<Site, Named>): string[] {
  const ids = new Set<string>();
  let end = 0;
  for (const site of sites) {
    const found = named.get(site);
    if (!found || site.start < end) continue;
    ids.add(found.id);
    end = found.end.inText;
  }
  return [...ids];
}

/** The user named at each site; sites that name nobody have no entry. */
async function findNamed(tx: Tx, sites: readonly Site[]): Promise<Map<Site, Named>> {
  const named = new Map<Site, Named>();
  let open = sites.map((site) => ({ site, end: site.ends.at(-1)! }));
  for (let queries = 0; open.length > 0 && queries < MAX_QUERIES; queries += 1) {
    const keys = open.map(({ site, end }) => site.key.slice(0, end.inKey));
    const found = await lastNamesUpTo(tx, new Set(keys));
    const next: typeof open = [];
    for (const [i, { site, end }] of open.entries()) {
      const key = keys[i]!;
      const last = found.get(key);
      if (last?.nameKey === key) named.set(site, { id: last.id, end });
      if (!last || last.nameKey === key) continue;
      // A name that is longer than what the two share and begins `key` would sort after `last`.
      const shared = sharedLength(last.nameKey, key);
      const shorter = site.ends.findLast(({ inKey }) => inKey <= shared);
      if (shorter) next.push({ site, end: shorter });
    }
    open = next;
  }
  return named;
}

function sharedLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}
