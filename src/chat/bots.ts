import type { Bot, BotPage, NewBot } from '../protocol/bots.ts';
import { DEFAULT_LIMIT } from '../protocol/limits.ts';
import { ChatError } from '../protocol/errors.ts';
import { NO_PASSWORD, noEmailKey } from '../store/mapping/accounts.ts';
import { NEVER } from '../store/mapping/time.ts';
import { findAccount } from '../store/queries/accounts.ts';
import * as bots from '../store/queries/bots.ts';
import { decodeCursor, encodeCursor } from './cursors.ts';
import { newId } from './ids.ts';
import { colorFor, nameFrom } from './names.ts';
import type { Services } from './services.ts';
import { logModeration } from './services/audit.ts';
import { closeSessions } from './sessions.ts';
import { newToken } from './tokens.ts';
import { requireSignIn, type Viewer } from './viewer.ts';

/*
 * Bots: accounts that programs use. They have an API token and nothing else to sign in with: no email, no password. The
 * bots of webhooks have no token either.
 */

/** The account of a new bot, without its name. */
export function newBotAccount(name: string) {
  const id = newId();
  return {
    id,
    email: '',
    emailKey: noEmailKey(id),
    passwordHash: NO_PASSWORD,
    color: colorFor(name),
    isAdmin: false,
    isBot: true,
    createdAt: Date.now(),
  };
}

/** The name of the only token of a bot. */
const TOKEN_NAME = 'bot';

/** Makes a bot and its token. For admins. */
export async function createBot(
  services: Services,
  viewer: Viewer,
  { name: rawName }: { name: string },
): Promise<NewBot> {
  requireSignIn(viewer);
  const { name, key: nameKey } = nameFrom(rawName);
  const account = { ...newBotAccount(name), name, nameKey };
  const { secret, token } = newToken({ userId: account.id, name: TOKEN_NAME, expiresAt: NEVER });
  const actorId = viewer.user.id;
  const user = await services.store.mutate('addBot', { actorId, account, token });
  logModeration(services, viewer, 'bot created', { userId: user.id });
  return { user, token: secret };
}

/** Replaces the token of a bot, whose connections close. For admins. */
export async function renewBotToken(
  services: Services,
  viewer: Viewer,
  botId: string,
): Promise<NewBot> {
  requireSignIn(viewer);
  const { secret, token } = newToken({ userId: botId, name: TOKEN_NAME, expiresAt: NEVER });
  const change = { actorId: viewer.user.id, token };
  const { bot, endedSessions } = await services.store.mutate('renewBotToken', change);
  closeSessions(services, botId, endedSessions);
  logModeration(services, viewer, 'bot token renewed', { userId: botId });
  return { user: bot, token: secret };
}

/** Deletes a bot: its token ends, its connections close, and it leaves its rooms; its messages stay. For admins. */
export async function deleteBot(services: Services, viewer: Viewer, botId: string): Promise<void> {
  const ids = { actorId: viewer.user.id, botId };
  const endedSessions = await services.store.mutate('deleteBot', ids);
  closeSessions(services, botId, endedSessions);
  logModeration(services, viewer, 'bot deleted', { userId: botId });
}

/** A page of the bots, by name. For admins. */
export async function listBots(
  services: Services,
  viewer: Viewer,
  { cursor, limit = DEFAULT_LIMIT }: { cursor?: string; limit?: number },
): Promise<BotPage> {
  const [after] = decodeCursor(cursor, 'string') ?? [];
  const account = await findAccount(services.store.db, viewer.user.id);
  if (!account?.isAdmin) {
    throw new ChatError('forbidden', { message: 'Only admins of this server may do this' });
  }
  // One more than asked for tells whether there is another page.
  const found = await bots.listBots(services.store.pagesDb, { after, limit: limit + 1 });
  const shown = found.slice(0, limit);
  const last = found.length > limit ? shown.at(-1) : undefined;
  return {
    bots: shown.map(withoutKey),
    nextCursor: last ? encodeCursor([last.nameKey]) : null,
  };
}

function withoutKey(found: Bot & { readonly nameKey: string }): Bot {
  const { nameKey: _, ...bot } = found;
  return bot;
}
