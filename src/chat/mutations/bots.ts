import { ChatError } from '../../protocol/errors.ts';
import type { User } from '../../protocol/resources.ts';
import {
  deletedNameKey,
  userOf,
  type NewAccount,
  type TokenRecord,
} from '../../store/mapping/accounts.ts';
import * as accounts from '../../store/queries/accounts.ts';
import { insertToken } from '../../store/queries/api-tokens.ts';
import { countBots } from '../../store/queries/bots.ts';
import { deleteHook, findHookOfBot } from '../../store/queries/incoming-hooks.ts';
import { countOwners, findRole, roomIdsOf } from '../../store/queries/members.ts';
import { getMeta } from '../../store/queries/meta.ts';
import { findStanding } from '../../store/queries/rooms.ts';
import { deleteSessions } from '../../store/queries/sessions.ts';
import type { Tx } from '../../store/transaction.ts';
import { requireAdmin } from './admin.ts';
import { record } from './audit.ts';
import { dropMember, requireUser } from './members.ts';

/** Bots of a server, those of webhooks aside. */
const MAX_BOTS = 500;

/** Adds a bot and its token. For admins. */
export async function addBot(
  tx: Tx,
  { actorId, account, token }: { actorId: string; account: NewAccount; token: TokenRecord },
): Promise<User> {
  await requireAdmin(tx, actorId);
  if ((await countBots(tx.db)) >= MAX_BOTS) {
    const message = `This server has ${MAX_BOTS} bots, which is the limit; delete one first`;
    throw new ChatError('quota_exceeded', { message });
  }
  if (await accounts.findAccountByName(tx.db, account.nameKey)) throw new ChatError('name_taken');
  const bot = userOf(await accounts.insertAccount(tx.db, account));
  await insertToken(tx.db, token);
  await record(tx, { actorId, action: 'bot created', userId: bot.id });
  return bot;
}

/** Replaces the token of a bot. For admins. Returns the bot, and the ids of the sessions that have ended. */
export async function renewBotToken(
  tx: Tx,
  { actorId, token }: { actorId: string; token: TokenRecord },
): Promise<{ bot: User; endedSessions: string[] }> {
  await requireAdmin(tx, actorId);
  const bot = await requireBot(tx, token.userId);
  if (await findHookOfBot(tx.db, bot.id)) {
    const message = 'This bot posts for a webhook and takes no token; make a bot with POST /bots';
    throw new ChatError('forbidden', { message });
  }
  const endedSessions = await deleteSessions(tx.db, bot.id);
  await insertToken(tx.db, token);
  await record(tx, { actorId, action: 'bot token renewed', userId: bot.id });
  return { bot, endedSessions };
}

/** Deletes a bot, and the webhook that it posts for. For admins. Returns the ids of the sessions that have ended. */
export async function deleteBot(
  tx: Tx,
  { actorId, botId }: { actorId: string; botId: string },
): Promise<string[]> {
  await requireAdmin(tx, actorId);
  await requireBot(tx, botId);
  const hook = await findHookOfBot(tx.db, botId);
  if (hook) await deleteHook(tx.db, hook.roomId, hook.id);
  await record(tx, { actorId, action: 'bot deleted', userId: botId });
  return retireBot(tx, { actorId, botId });
}

async function requireBot(tx: Tx, botId: string): Promise<User> {
  if ((await getMeta(tx.db, 'server_bot')) === botId) {
    throw new ChatError('forbidden', { message: 'This is the bot of the server itself' });
  }
  const account = await accounts.findAccount(tx.db, botId);
  if (account?.isBot && !account.isDisabled) return userOf(account);
  throw new ChatError('user_not_found', { message: 'There is no such bot' });
}

/**
 * Takes a bot out of use: it leaves its rooms, and its name is free. Its messages stay, and say who wrote them. Throws
 * `last_owner`. Returns the ids of its sessions, which have ended.
 */
export async function retireBot(
  tx: Tx,
  { actorId, botId }: { actorId: string; botId: string },
): Promise<string[]> {
  const rooms = await roomsToLeave(tx, botId);
  const [actor, user] = [await requireUser(tx, actorId), await requireUser(tx, botId)];
  for (const { roomId, role } of rooms) {
    await dropMember(tx, { roomId, actor, user, role, reason: 'removed' });
  }
  const nameKey = deletedNameKey(botId);
  await accounts.updateAccount(tx.db, botId, { isDisabled: true, nameKey });
  return deleteSessions(tx.db, botId);
}

/** The rooms that a bot belongs to, but direct ones, which nobody leaves. */
async function roomsToLeave(tx: Tx, botId: string) {
  const rooms = [];
  for (const roomId of await roomIdsOf(tx.db, botId)) {
    const room = await findStanding(tx.db, roomId, botId);
    const role = await findRole(tx.db, roomId, botId);
    if (!room || role === null || room.kind === 'direct') continue;
    // Looked at before anything is written.
    if (role === 'owner' && (await countOwners(tx.db, roomId)) === 1) {
      const message = `This bot is the last owner of the room ${room.name}; make somebody else owner first`;
      throw new ChatError('last_owner', { message });
    }
    rooms.push({ roomId, role });
  }
  return rooms;
}
