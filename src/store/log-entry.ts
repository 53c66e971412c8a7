import type { DurableEvent, EphemeralEvent } from '../protocol/events.ts';
import type { Author, Message } from '../protocol/resources.ts';

/**
 * An event as the log takes it: a durable event, or the deletion of a room. Clients receive the latter without
 * a seq, since the room's log is gone with the room.
 */
export type LoggedEvent =
  DurableEvent | { type: 'room.deleted'; roomId: string; seq: number; at: string; actor: Author };

/** An event on its way from the log to its readers: what to deliver, and what routing needs. */
export interface LogEntry {
  /** Its place in the log of the whole server. */
  readonly pos: number;
  readonly roomId: string;
  readonly seq: number;
  readonly type: LoggedEvent['type'];
  /** The user of a member.* event. */
  readonly userId: string | null;
  /** Why the user of a member.left is gone. */
  readonly reason: LeaveReason | null;
  /** True where everybody receives it, not only the room's members. */
  readonly forEveryone: boolean;
  /** The users to alert and the `mention` event they receive; null in a replay, which alerts nobody. */
  readonly mention: { readonly userIds: readonly string[]; readonly json: string } | null;
  /** The event as clients receive it: serialized once, however many read it. */
  readonly json: string;
}

type LeaveReason = Extract<DurableEvent, { type: 'member.left' }>['reason'];

/** `alertedIds` are the users whom a new message mentions and alerts. */
export function toEntry(
  event: LoggedEvent,
  pos: number,
  alertedIds: readonly string[] = [],
): LogEntry {
  const { type, roomId, seq } = event;
  return {
    pos,
    roomId,
    seq,
    type,
    userId: 'user' in event ? event.user.id : null,
    reason: type === 'member.left' ? event.reason : null,
    forEveryone: type === 'room.created' && event.room.kind === 'public',
    mention:
      type === 'message.created' && alertedIds.length > 0
        ? { userIds: alertedIds, json: mentionJson(roomId, event.message) }
        : null,
    json: JSON.stringify(type === 'room.deleted' ? { type, roomId } : event),
  };
}

/** The event that alerts the users whom a new message mentions. */
export function mentionJson(roomId: string, message: Message): string {
  const event: Extract<EphemeralEvent, { type: 'mention' }> = { type: 'mention', roomId, message };
  return JSON.stringify(event);
}
