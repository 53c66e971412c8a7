import { lastNamesUpTo } from '../../store/accounts.ts';
import { whoMayRead } from '../../store/members.ts';
import type { RoomRow } from '../../store/schema.ts';
import type { Tx } from '../../store/transaction.ts';
import { sitesIn, type Site } from '../mentions.ts';

/**
 * Looks at one site. Each finds the name or shortens what can be one to what it shares with a name that
 * exists: two or three find every name but those that were chosen to be hard to find.
 */
const MAX_LOOKS = 10;

/** Whom each of these texts mentions: those of that name who may read the room, in order. */
export async function findMentions(
  tx: Tx,
  room: Pick<RoomRow, 'id' | 'kind'>,
  texts: readonly string[],
): Promise<string[][]> {
  const sites = texts.map(sitesIn);
  const named = await findNamed(tx, sites.flat());
  if (named.size === 0) return texts.map(() => []);
  const readers = await whoMayRead(tx, room, new Set(named.values()));
  return sites.map((ofText) => {
    // The longest name is the one that is meant, whether or not its owner may read this.
    const ids = ofText.flatMap((site) => named.get(site) ?? []);
    return [...new Set(ids)].filter((id) => readers.has(id));
  });
}

/** The id of whoever has the longest name that may be meant at each site; none for nobody. */
async function findNamed(tx: Tx, sites: readonly Site[]): Promise<Map<Site, string>> {
  const named = new Map<Site, string>();
  let open = sites.map((site) => ({ site, key: site.text.slice(0, site.ends.at(-1)) }));
  for (let looks = 0; open.length > 0 && looks < MAX_LOOKS; looks += 1) {
    const found = await lastNamesUpTo(tx, new Set(open.map(({ key }) => key)));
    const left: typeof open = [];
    for (const { site, key } of open) {
      const last = found.get(key);
      if (last?.nameKey === key) named.set(site, last.id);
      if (!last || last.nameKey === key) continue;
      // A name that is longer than what the two share and begins `key` would come after `last`.
      const shared = sharedLength(last.nameKey, key);
      const end = site.ends.findLast((one) => one <= shared);
      if (end !== undefined) left.push({ site, key: key.slice(0, end) });
    }
    open = left;
  }
  return named;
}

function sharedLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}
