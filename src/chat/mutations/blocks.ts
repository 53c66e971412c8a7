import { ChatError } from '../../protocol/errors.ts';
import type { RoomKind } from '../../protocol/resources.ts';
import { findUser } from '../../store/queries/accounts.ts';
import * as blocks from '../../store/queries/blocks.ts';
import type { Tx } from '../../store/transaction.ts';

/*
 * Blocking: whoever is blocked opens no direct room with the one who did so, writes nothing in the one
 * there is, adds them to no room and alerts them of nothing.
 */

/** The most people that one account blocks: each is a row that somebody's wish makes. */
const MAX_BLOCKS = 1000;

/** Who blocks, and whom. */
interface Block {
  readonly userId: string;
  readonly blockedId: string;
}

/** Blocks somebody; nothing happens where they are blocked already. */
export async function blockUser(tx: Tx, { userId, blockedId }: Block): Promise<void> {
  await requireKnown(tx, blockedId);
  if (userId === blockedId) {
    throw new ChatError('forbidden', { message: 'You cannot block yourself' });
  }
  if (await hasBlocked(tx, { userId, blockedId })) return;
  if ((await blocks.countBlocks(tx.db, userId)) >= MAX_BLOCKS) {
    const message = `You can block ${MAX_BLOCKS} people, and have; unblock somebody first`;
    throw new ChatError('quota_exceeded', { message });
  }
  await blocks.insertBlock(tx.db, { userId, blockedId, at: Date.now() });
}

/** Lifts a block; nothing happens where there is none. */
export async function unblockUser(tx: Tx, { userId, blockedId }: Block): Promise<void> {
  await requireKnown(tx, blockedId);
  await blocks.deleteBlock(tx.db, userId, blockedId);
}

async function requireKnown(tx: Tx, userId: string): Promise<void> {
  if (!(await findUser(tx.db, userId))) throw new ChatError('user_not_found');
}

export async function hasBlocked(tx: Tx, its: Block): Promise<boolean> {
  return (await tx.run(blocks.block, its)) !== undefined;
}

export const takesNoMessages = () =>
  new ChatError('forbidden', { message: 'This person does not take messages from you' });

/** Why somebody may not write in a room: in a direct one, the other has blocked them. */
export async function refusalToWrite(
  tx: Tx,
  room: { readonly id: string; readonly kind: RoomKind },
  userId: string,
): Promise<ChatError | null> {
  if (room.kind !== 'direct') return null;
  const block = await tx.run(blocks.blockByPeer, { roomId: room.id, userId });
  return block ? takesNoMessages() : null;
}

/** Those of the mentioned who are alerted: not the author, nor whoever has blocked the author. */
export async function whomToAlert(
  tx: Tx,
  authorId: string,
  mentioned: readonly string[],
): Promise<string[]> {
  const alerted: string[] = [];
  for (const userId of mentioned) {
    if (userId === authorId || (await hasBlocked(tx, { userId, blockedId: authorId }))) continue;
    alerted.push(userId);
  }
  return alerted;
}
