import type { Kysely } from 'kysely';
import type { Database } from '../tables.ts';

type Db = Kysely<Database>;

/** Whether a user has signed in from an address. */
export async function isKnownAddress(
  db: Db,
  userId: string,
  addressHash: string,
): Promise<boolean> {
  const row = await db
    .selectFrom('known_addresses')
    .select('user_id')
    .where('user_id', '=', userId)
    .where('address_hash', '=', addressHash)
    .executeTakeFirst();
  return row !== undefined;
}

/** Records that a user has signed in from an address, and forgets all but the `keep` used last. */
export async function recordAddress(
  db: Db,
  known: { userId: string; addressHash: string; usedAt: number },
  keep: number,
): Promise<void> {
  const { userId, addressHash, usedAt } = known;
  await db
    .insertInto('known_addresses')
    .values({ user_id: userId, address_hash: addressHash, last_used_at: usedAt })
    .onConflict((row) =>
      row.columns(['user_id', 'address_hash']).doUpdateSet({ last_used_at: usedAt }),
    )
    .execute();
  const kept = db
    .selectFrom('known_addresses')
    .select('address_hash')
    .where('user_id', '=', userId)
    .orderBy('last_used_at', 'desc')
    .orderBy('address_hash')
    .limit(keep);
  await db
    .deleteFrom('known_addresses')
    .where('user_id', '=', userId)
    .where('address_hash', 'not in', kept)
    .execute();
}
