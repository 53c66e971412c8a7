import type { RoomForUser } from '../../store/mapping/rooms.ts';
import { findRoomForUser } from '../../store/queries/rooms-for-user.ts';
import type { Tx } from '../../store/transaction.ts';

/**
 * A room as a user sees it after the mutation: the result for its caller. It checks no rights, since the user has
 * just changed the room.
 */
export async function roomForUser(tx: Tx, roomId: string, userId: string): Promise<RoomForUser> {
  const room = await findRoomForUser(tx.db, roomId, userId);
  if (!room) throw new Error(`There is no room ${roomId}`);
  return room;
}
