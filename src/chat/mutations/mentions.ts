import { mentionSites } from '../../../public/shared/mentions.js';
import { lastNamesUpTo } from '../../store/queries/accounts.ts';
import { whoMayRead } from '../../store/queries/members.ts';
import type { RoomRow } from '../../store/tables.ts';
import type { Tx } from '../../store/transaction.ts';

type Site = ReturnType<typeof mentionSites>[number];
type End = Site['ends'][number];

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
  const sites = texts.map(mentionSites);
  const named = await findNamed(tx, sites.flat());
  if (named.size === 0) return texts.map(() => []);
  const everybody = new Set(Array.from(named.values(), ({ id }) => id));
  const readers = await whoMayRead(tx, room, everybody);
  return sites.map((ofText) => mentionedAt(ofText, named).filter((id) => readers.has(id)));
}

/** Whoever is meant at one site: by the longest name, whether or not its owner may read this. */
interface Named {
  readonly id: string;
  readonly end: End;
}

/** The ids of those named in one text, each once; what stands within a name names nobody else. */
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

/** Who is named at each site; none for nobody. */
async function findNamed(tx: Tx, sites: readonly Site[]): Promise<Map<Site, Named>> {
  const named = new Map<Site, Named>();
  let open = sites.map((site) => ({ site, end: site.ends.at(-1)! }));
  for (let looks = 0; open.length > 0 && looks < MAX_LOOKS; looks += 1) {
    const keys = open.map(({ site, end }) => site.key.slice(0, end.inKey));
    const found = await lastNamesUpTo(tx, new Set(keys));
    const left: typeof open = [];
    for (const [i, { site, end }] of open.entries()) {
      const key = keys[i]!;
      const last = found.get(key);
      if (last?.nameKey === key) named.set(site, { id: last.id, end });
      if (!last || last.nameKey === key) continue;
      // A name that is longer than what the two share and begins `key` would come after `last`.
      const shared = sharedLength(last.nameKey, key);
      const shorter = site.ends.findLast(({ inKey }) => inKey <= shared);
      if (shorter) left.push({ site, end: shorter });
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
