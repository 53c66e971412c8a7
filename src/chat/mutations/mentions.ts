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

/** A text, and the room in which it is written. */
export interface Written {
  readonly room: { readonly id: string; readonly kind: RoomKind };
  readonly text: string;
}

/** Returns, for each text and in order, the ids of the mentioned users who may read its room. */
export async function findMentions(tx: Tx, texts: readonly Written[]): Promise<string[][]> {
  const sites = texts.map(({ text }) => mentionSites(text));
  const named = await findNamed(tx, sites.flat());
  if (named.size === 0) return texts.map(() => []);
  const readers = await findReaders(
    tx,
    new Map(texts.map(({ room }) => [room.id, room.kind])),
    new Set(Array.from(named.values(), ({ id }) => id)),
  );
  return sites.map((ofText, i) => {
    const ofRoom = readers.get(texts[i]!.room.id)!;
    return mentionedAt(ofText, named).filter((id) => ofRoom.has(id));
  });
}

/** For each room, those of the users who may read it. */
async function findReaders(
  tx: Tx,
  rooms: ReadonlyMap<string, RoomKind>,
  userIds: ReadonlySet<string>,
): Promise<Map<string, Set<string>>> {
  const found = await findAccess(tx, [...rooms.keys()], userIds);
  return new Map(
    [...rooms].map(([roomId, kind], i) => {
      const readers = found[i]!.filter((access) => mayRead({ kind, ...access }));
      return [roomId, new Set(readers.map(({ userId }) => userId))];
    }),
  );
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
