import { ChatError } from '../../protocol/errors.ts';
import * as hooks from '../../store/queries/outgoing-hooks.ts';
import type { HookProgress, HookRecord, NewHook } from '../../store/queries/outgoing-hooks.ts';
import { findStanding } from '../../store/queries/rooms.ts';
import type { Tx } from '../../store/transaction.ts';
import { requireModerator, refusalToRead } from '../permissions.ts';
import { requireAdmin } from './admin.ts';
import { record } from './audit.ts';
import { deleteIncomingHook } from './incoming-hooks.ts';
import { writeAsServer } from './server-bot.ts';

/** The most outgoing hooks of one room: each of its events is sent to every one of them. */
const MAX_OF_ROOM = 10;

interface OnHook {
  readonly roomId: string;
  readonly actorId: string;
  readonly hookId: string;
  /** Whether an admin acts on it as such, whatever their standing in the room. */
  readonly asAdmin?: boolean;
}

/** Adds a hook that takes what happens in the room from now on. */
export async function addOutgoingHook(tx: Tx, hook: Omit<NewHook, 'seq'>): Promise<void> {
  const { roomId, createdBy } = hook;
  const room = requireModerator(await findStanding(tx.db, roomId, createdBy));
  if ((await hooks.countOutgoingHooks(tx.db, roomId)) >= MAX_OF_ROOM) {
    const message = `This room has ${MAX_OF_ROOM} outgoing hooks, which is the limit; delete one first`;
    throw new ChatError('quota_exceeded', { message });
  }
  await hooks.insertOutgoingHook(tx.db, { ...hook, seq: room.head });
  const details = { hookId: hook.id, kind: 'outgoing' };
  await record(tx, { actorId: createdBy, action: 'hook added', roomId, details });
}

/** Has a hook tried again at once, from where it stopped; also a disabled one. */
export async function resumeOutgoingHook(
  tx: Tx,
  { roomId, actorId, hookId, asAdmin = false }: OnHook,
): Promise<void> {
  await requireRight(tx, { roomId, actorId, asAdmin });
  if (!(await hooks.resumeOutgoingHook(tx.db, roomId, hookId))) throw noSuchHook();
  await record(tx, { actorId, action: 'hook resumed', roomId, details: { hookId } });
}

/** Deletes a hook, whatever its kind. */
export async function deleteHook(
  tx: Tx,
  { roomId, actorId, hookId, asAdmin = false }: OnHook,
): Promise<void> {
  await requireRight(tx, { roomId, actorId, asAdmin });
  const isOutgoing = (await hooks.deleteOutgoingHooks(tx.db, roomId, hookId)) > 0;
  if (!isOutgoing && !(await deleteIncomingHook(tx, { roomId, actorId, hookId }))) {
    throw noSuchHook();
  }
  await record(tx, { actorId, action: 'hook deleted', roomId, details: { hookId } });
}

async function requireRight(
  tx: Tx,
  { roomId, actorId, asAdmin }: { roomId: string; actorId: string; asAdmin: boolean },
): Promise<void> {
  if (asAdmin) await requireAdmin(tx, actorId);
  else requireModerator(await findStanding(tx.db, roomId, actorId));
}

const noSuchHook = () => new ChatError('not_found', { message: 'This room has no such hook' });

export interface SavedHook extends HookProgress {
  readonly id: string;
}

/** Writes how far hooks have come. */
export function saveHookProgress(tx: Tx, saved: readonly SavedHook[]): Promise<void> {
  return hooks.saveHookProgress(
    tx,
    saved.map((one) => ({ ...one, disabledAt: null })),
  );
}

/**
 * Disables a hook, and tells its maker so where they may still read the room and take messages. Returns whether they
 * were told; nothing happens where the hook is gone or disabled.
 */
export async function disableHook(
  tx: Tx,
  { saved, disabledAt, reason }: { saved: SavedHook; disabledAt: number; reason: string },
): Promise<boolean> {
  const hook = await hooks.findOutgoingHook(tx.db, saved.id);
  if (!hook || hook.disabledAt !== null) return false;
  await hooks.saveHookProgress(tx, [{ ...saved, nextAttemptAt: null, disabledAt }]);
  const room = await findStanding(tx.db, hook.roomId, hook.createdBy);
  if (refusalToRead(room)) return false;
  return writeAsServer(tx, { userId: hook.createdBy, text: textOf(hook, room!.name, reason) });
}

/** Only the host of the URL: the rest is often a secret of the receiver's. */
const textOf = ({ url }: HookRecord, roomName: string, reason: string) =>
  `The webhook from “${roomName}” to ${new URL(url).host} was disabled: ${reason}. ` +
  'Nothing is lost: what happens in the room waits for it. Once the receiver works, open Integrations in the ' +
  'settings of the room and choose “Send again”.';
