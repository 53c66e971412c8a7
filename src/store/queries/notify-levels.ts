import type { Kysely } from 'kysely';
import type { NotifyLevel } from '../../protocol/resources.ts';
import type { Database } from '../tables.ts';

/** Sets what a user is notified of in a room. */
export async function setNotifyLevel(
  db: Kysely<Database>,
  { roomId, userId, level }: { roomId: string; userId: string; level: NotifyLevel },
): Promise<void> {
  await db
    .insertInto('notify_levels')
    .values({ user_id: userId, room_id: roomId, level })
    .onConflict((row) => row.columns(['user_id', 'room_id']).doUpdateSet({ level }))
    .execute();
}
