import { ChatError } from '../../protocol/errors.ts';
import type { NewAccount } from '../../store/mapping/accounts.ts';
import * as accounts from '../../store/queries/accounts.ts';
import * as hooks from '../../store/queries/incoming-hooks.ts';
import type { NewHook } from '../../store/queries/incoming-hooks.ts';
import { findStanding } from '../../store/queries/rooms.ts';
import type { Tx } from '../../store/transaction.ts';
import type { Name } from '../names.ts';
import { requireModerator } from '../permissions.ts';
import { record } from './audit.ts';
import { retireBot } from './bots.ts';
import { addMember, requireUser } from './members.ts';

/** Incoming webhooks of one room: they are listed all at once. */
const MAX_HOOKS = 20;

/** Adds an incoming webhook and its bot, which has the first of some names that is free. Returns that name. */
export async function addIncomingHook(
  tx: Tx,
  {
    hook,
    bot,
    names,
  }: { hook: NewHook; bot: Omit<NewAccount, 'name' | 'nameKey'>; names: readonly Name[] },
): Promise<string> {
  const { roomId } = hook;
  requireModerator(await findStanding(tx.db, roomId, hook.createdBy));
  if ((await hooks.listHooks(tx.db, roomId)).length >= MAX_HOOKS) {
    const message = `This room has ${MAX_HOOKS} incoming webhooks, which is the limit; delete one first`;
    throw new ChatError('quota_exceeded', { message });
  }
  const { name, key: nameKey } = await firstFree(tx, names);
  await accounts.insertAccount(tx.db, { ...bot, name, nameKey });
  const [actor, user] = [await requireUser(tx, hook.createdBy), await requireUser(tx, bot.id)];
  await addMember(tx, { roomId, actor, user, role: 'member' });
  await hooks.insertHook(tx.db, hook);
  const { createdBy: actorId } = hook;
  const details = { hookId: hook.id, kind: 'incoming' };
  await record(tx, { actorId, action: 'hook added', roomId, userId: bot.id, details });
  return name;
}

async function firstFree(tx: Tx, names: readonly Name[]): Promise<Name> {
  for (const name of names) {
    if (!(await accounts.findAccountByName(tx.db, name.key))) return name;
  }
  throw new ChatError('name_taken');
}

/** Deletes an incoming webhook and its bot; false where the room has no such webhook. */
export async function deleteIncomingHook(
  tx: Tx,
  { roomId, actorId, hookId }: { roomId: string; actorId: string; hookId: string },
): Promise<boolean> {
  const botId = await hooks.deleteHook(tx.db, roomId, hookId);
  if (botId === undefined) return false;
  // It has no sessions that would end.
  await retireBot(tx, { actorId, botId });
  return true;
}

/** Deletes the webhooks of a room that is being deleted, and their bots but those that a room would miss. */
export async function deleteIncomingHooksOfRoom(
  tx: Tx,
  { roomId, actorId }: { roomId: string; actorId: string },
): Promise<void> {
  for (const { id, botId } of await hooks.listHooks(tx.db, roomId)) {
    await hooks.deleteHook(tx.db, roomId, id);
    try {
      await retireBot(tx, { actorId, botId });
    } catch (error) {
      // It has become the only owner of another room, and stays, as a bot that nobody speaks for.
      if (!(error instanceof ChatError && error.code === 'last_owner')) throw error;
    }
  }
}

export function touchIncomingHook(
  tx: Tx,
  { hookId, usedAt }: { hookId: string; usedAt: number },
): Promise<void> {
  return hooks.touchHook(tx.db, hookId, usedAt);
}
