import { findUserIdsByName } from '../../store/accounts.ts';
import { whoMayRead } from '../../store/members.ts';
import type { RoomRow } from '../../store/schema.ts';
import type { Tx } from '../../store/transaction.ts';
import { namesMentioned } from '../mentions.ts';

/** Whom each of these texts mentions: those of that name who may read the room, in order. */
export async function findMentions(
  tx: Tx,
  room: Pick<RoomRow, 'id' | 'kind'>,
  texts: readonly string[],
): Promise<string[][]> {
  const sites = texts.map(namesMentioned);
  const keys = new Set(sites.flat(2));
  if (keys.size === 0) return texts.map(() => []);
  const byName = await findUserIdsByName(tx.db, [...keys]);
  const readers = await whoMayRead(tx.db, room, [...byName.values()]);
  return sites.map((ofText) => {
    const ids = ofText.flatMap((names) => {
      // The longest name is the one that is meant, whether or not its owner may read this.
      const name = names.find((key) => byName.has(key));
      return name === undefined ? [] : byName.get(name)!;
    });
    return [...new Set(ids)].filter((id) => readers.has(id));
  });
}
