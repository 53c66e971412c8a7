import { ChatError } from '../../protocol/errors.ts';
import type { HookMessage, IncomingHook } from '../../protocol/incoming-hooks.ts';
import { MAX_NAME } from '../../protocol/limits.ts';
import { isoTime } from '../../store/mapping/time.ts';
import * as hooks from '../../store/queries/incoming-hooks.ts';
import type { UsedHook } from '../../store/queries/incoming-hooks.ts';
import { newBotAccount } from '../bots.ts';
import { newId } from '../ids.ts';
import { sendMessage } from '../messages.ts';
import { nameFrom, type Name } from '../names.ts';
import { hashOfSecret, newSecret } from '../secrets.ts';
import type { Services } from '../services.ts';
import { logModeration } from '../services/audit.ts';
import { textOfSlack } from './slack-text.ts';
import type { Viewer } from '../viewer.ts';

/*
 * Incoming webhooks: whoever knows the URL of one posts to its room, as a bot of its own. They take what services send
 * to Slack.
 */

/** Names that are tried for a bot: the one that was asked for, and with numbers. */
const MAX_NAMES = 100;

/** Makes an incoming webhook, whose URL ends with `secret`, which nobody can read again. */
export async function addIncomingHook(
  services: Services,
  viewer: Viewer,
  roomId: string,
  { name: rawName }: { name: string },
): Promise<IncomingHook & { secret: string }> {
  const names = namesFrom(rawName);
  const userId = viewer.user.id;
  // Its bot is kept for ever, as the author of its messages.
  await services.limits.newLook(userId, 'bots');
  const bot = newBotAccount(names[0]!.name);
  const secret = newSecret();
  const { createdAt } = bot;
  const ids = { id: newId(), roomId, botId: bot.id, createdBy: userId };
  const hook = { ...ids, secretHash: hashOfSecret(secret), createdAt };
  const name = await services.store.mutate('addIncomingHook', { hook, bot, names });
  logModeration(services, viewer, 'hook added', { roomId, hookId: hook.id });
  return {
    kind: 'incoming',
    id: hook.id,
    name,
    botId: bot.id,
    createdBy: userId,
    createdAt: isoTime(createdAt),
    lastUsedAt: null,
    secret,
  };
}

/** `Grafana`, `Grafana 2`, `Grafana 3` … A long name is cut, so that its number fits. */
function namesFrom(raw: string): Name[] {
  const first = nameFrom(raw);
  const numbered = Array.from({ length: MAX_NAMES - 1 }, (_, i) => {
    const suffix = ` ${i + 2}`;
    const cut = [...first.name].slice(0, MAX_NAME - suffix.length).join('');
    return nameFrom(cut + suffix);
  });
  return [first, ...numbered];
}

/** Posts as the bot of a webhook. Throws `not_found` where no webhook has this secret. */
export async function postToHook(
  services: Services,
  secret: string,
  message: HookMessage,
): Promise<void> {
  const hook = await hooks.findHookBySecret(services.store.db, hashOfSecret(secret));
  if (!hook) {
    throw new ChatError('not_found', { message: 'There is no such webhook; it may be deleted' });
  }
  const { clientMsgId } = message;
  const send = { text: textOfSlack(message), ...(clientMsgId !== undefined && { clientMsgId }) };
  await sendMessage(services, { user: hook.bot }, hook.roomId, send);
  touch(services, hook);
}

/** How exactly the last use of a webhook is recorded, in milliseconds: not every message writes it. */
const TOUCH_MS = 60_000;

/** Runs in the background: the message is stored, whatever happens to this. */
function touch({ store, log }: Services, { id, lastUsedAt }: UsedHook): void {
  const usedAt = Date.now();
  if (usedAt - lastUsedAt <= TOUCH_MS) return;
  store.mutate('touchIncomingHook', { hookId: id, usedAt }).catch((error: unknown) => {
    log.warn({ err: error }, 'the use of a webhook could not be recorded');
  });
}
