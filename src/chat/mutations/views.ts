import { findRoomForUser, type RoomForUserRow } from '../../store/queries/rooms-for-user.ts';
import type { Tx } from '../../store/transaction.ts';

/**
 * A room as somebody sees it, with all that the act has written: what the act returns for its caller to answer
 * with. Nobody is asked whether they may see it, for they have just changed it.
 */
export async function roomForUser(tx: Tx, roomId: string, userId: string): Promise<RoomForUserRow> {
  const row = await findRoomForUser(tx.db, roomId, userId);
  if (!row) throw new Error(`There is no room ${roomId} to look at`);
  return row;
}
