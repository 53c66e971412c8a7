import { ChatError } from '../../protocol/errors.ts';
import type { RoomKind } from '../../protocol/resources.ts';
import { findAccount } from '../../store/queries/accounts.ts';
import * as blocks from '../../store/queries/blocks.ts';
import type { Tx } from '../../store/transaction.ts';

/*
 * Blocking: a blocked user cannot open a direct room with the one who blocked them, write in the one there is,
 * add them to a room, or alert them.
 */

/** The most users that one account blocks: each is a row. */
const MAX_BLOCKS = 1000;

interface Block {
  /** The user who blocks. */
  readonly userId: string;
  readonly blockedId: string;
}

/** Blocks a user; nothing happens where they are blocked already. */
export async function blockUser(tx: Tx, { userId, blockedId }: Block): Promise<void> {
  await requireAccount(tx, blockedId);
  if (userId === blockedId) {
    throw new ChatError('forbidden', { message: 'You cannot block yourself' });
  }
  if (await hasBlocked(tx, { userId, blockedId })) return;
  if ((await blocks.countBlocks(tx.db, userId)) >= MAX_BLOCKS) {
    const message = `You have blocked ${MAX_BLOCKS} people, which is the limit; unblock somebody first`;
    throw new ChatError('quota_exceeded', { message });
  }
  await blocks.insertBlock(tx.db, { userId, blockedId, at: Date.now() });
}

/** Lifts a block; nothing happens where there is none. */
export async function unblockUser(tx: Tx, { userId, blockedId }: Block): Promise<void> {
  await requireAccount(tx, blockedId);
  await blocks.deleteBlock(tx.db, userId, blockedId);
}

async function requireAccount(tx: Tx, userId: string): Promise<void> {
  const account = await findAccount(tx.db, userId);
  if (!account || account.isDeleted) throw new ChatError('user_not_found');
}

export async function hasBlocked(tx: Tx, its: Block): Promise<boolean> {
  return (await tx.first(blocks.block, its)) !== undefined;
}

export const takesNoMessages = () =>
  new ChatError('forbidden', { message: 'This person does not take messages from you' });

/** Returns why a user may not write in a direct room: the other one has blocked them. Null elsewhere. */
export async function refusalToWrite(
  tx: Tx,
  room: { readonly id: string; readonly kind: RoomKind },
  userId: string,
): Promise<ChatError | null> {
  if (room.kind !== 'direct') return null;
  const block = await tx.first(blocks.blockByPeer, { roomId: room.id, userId });
  return block ? takesNoMessages() : null;
}

/**
 * For each message, those of the users it mentions who receive an alert: not its author, nor users who have blocked
 * the author.
 */
export async function whomToAlert(
  tx: Tx,
  messages: readonly { readonly authorId: string; readonly mentions: readonly string[] }[],
): Promise<string[][]> {
  const others = messages.map(({ authorId, mentions }) =>
    mentions.filter((userId) => userId !== authorId),
  );
  const pairs = messages.flatMap(({ authorId }, i) =>
    others[i]!.map((userId) => ({ userId, blockedId: authorId })),
  );
  const found = (await tx.each(blocks.block, pairs)).values();
  return others.map((userIds) => userIds.filter(() => found.next().value!.length === 0));
}
