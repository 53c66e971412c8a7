import { nameKey } from '../../../public/shared/name-key.js';
import { ChatError } from '../../protocol/errors.ts';
import { noEmailKey, NO_PASSWORD } from '../../store/mapping/accounts.ts';
import * as accounts from '../../store/queries/accounts.ts';
import { getMeta, setMeta } from '../../store/queries/meta.ts';
import type { Tx } from '../../store/transaction.ts';
import { newId } from '../ids.ts';
import { colorFor } from '../names.ts';
import { openDirect } from './rooms.ts';
import { sendMessages } from './send.ts';

/*
 * The server's own bot, by which it writes to people. It is an account like that of other bots, but nobody can use it:
 * it has no password, no session and no token.
 */

const NAME = 'Charla';

/**
 * Writes to a user, in the direct room of the user and the server's bot. Returns false where the user takes nothing: they
 * have blocked the bot, or their account is disabled or deleted.
 */
export async function writeAsServer(
  tx: Tx,
  { userId, text }: { userId: string; text: string },
): Promise<boolean> {
  const account = await accounts.findAccount(tx.db, userId);
  if (!account || account.isDisabled) return false;
  const botId = await serverBotId(tx);
  const room = await openDirect(tx, { id: newId(), actorId: botId, userId }).catch(notTaken);
  if (!room) return false;
  const send = { roomId: room.room.id, userId: botId, text };
  const [sent] = await sendMessages.bulk(tx, [
    { ...send, clientMsgId: undefined, replyTo: undefined },
  ]);
  return !(sent instanceof ChatError);
}

/** Whoever is to be told can refuse; what they are told of happens nevertheless. */
function notTaken(error: unknown): null {
  if (error instanceof ChatError) return null;
  throw error;
}

/** The id of the bot, which is made when it is first needed. */
async function serverBotId(tx: Tx): Promise<string> {
  const kept = await getMeta(tx.db, 'server_bot');
  if (kept !== undefined) return kept;
  const id = newId();
  const name = await freeName(tx);
  await accounts.insertAccount(tx.db, {
    id,
    email: '',
    emailKey: noEmailKey(id),
    name,
    nameKey: nameKey(name),
    color: colorFor(name),
    passwordHash: NO_PASSWORD,
    isAdmin: false,
    isBot: true,
    createdAt: Date.now(),
  });
  await setMeta(tx.db, 'server_bot', id);
  return id;
}

/** `Charla`, or with the next number that nobody has in their name. */
async function freeName(tx: Tx): Promise<string> {
  for (let n = 1; ; n += 1) {
    const name = n === 1 ? NAME : `${NAME} ${n}`;
    if (!(await accounts.findAccountByName(tx.db, nameKey(name)))) return name;
  }
}
