import type { Kysely } from 'kysely';
import type { FileInfo } from '../../protocol/resources.ts';
import { isoTime, isoTimeOrNull } from '../mapping/time.ts';
import type { Database } from '../tables.ts';
import { exists } from './rooms.ts';

/*
 * What a user has written, page by page: of all rooms, those included that they have left since. None of
 * deleted rooms is there.
 */

type Db = Kysely<Database>;

/** Rooms after an id, in order, at most `limit`, and whether the user has written in them. */
export async function roomsWrittenIn(
  db: Db,
  userId: string,
  after: string,
  limit: number,
): Promise<{ id: string; isWrittenIn: boolean }[]> {
  const rows = await db
    .selectFrom('rooms')
    .select((eb) => [
      'rooms.id',
      eb
        .exists(
          eb
            .selectFrom('messages')
            .select('messages.seq')
            .whereRef('messages.room_id', '=', 'rooms.id')
            .where('messages.author_id', '=', userId),
        )
        .as('is_written_in'),
    ])
    .where(exists)
    .where('rooms.id', '>', after)
    .orderBy('rooms.id')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ id: row.id, isWrittenIn: Boolean(row.is_written_in) }));
}

/** A message as its author wrote it, without what others have made of it. */
export interface OwnMessage {
  readonly roomId: string;
  readonly seq: number;
  readonly text: string;
  readonly replyTo: number | null;
  readonly files: readonly FileInfo[];
  readonly createdAt: string;
  readonly editedAt: string | null;
}

/** A user's messages in a room after a seq, in order, at most `limit` of them, without those that were deleted. */
export async function listOwnMessages(
  db: Db,
  { roomId, userId }: { roomId: string; userId: string },
  after: number,
  limit: number,
): Promise<OwnMessage[]> {
  const rows = await db
    .selectFrom('messages')
    .select(['seq', 'text', 'reply_to', 'files', 'created_at', 'edited_at'])
    .where('room_id', '=', roomId)
    .where('author_id', '=', userId)
    .where('seq', '>', after)
    .where('deleted_at', 'is', null)
    .orderBy('seq')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    roomId,
    seq: row.seq,
    text: row.text,
    replyTo: row.reply_to,
    files: row.files === null ? [] : (JSON.parse(row.files) as FileInfo[]),
    createdAt: isoTime(row.created_at),
    editedAt: isoTimeOrNull(row.edited_at),
  }));
}
