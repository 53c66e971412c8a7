import type { RoomKind } from '../protocol/resources.ts';
import type { Connection } from '../realtime/connection.ts';
import { isBlockedIn } from './blocks.ts';
import type { Services } from './services.ts';

/**
 * Tells the others in a room, on all nodes, that the user of a connection is typing; the other one of a direct room
 * only where they have not blocked the user.
 */
export async function tellTyping(
  services: Services,
  connection: Pick<Connection, 'peer' | 'closed'>,
  room: { readonly id: string; readonly kind: RoomKind },
): Promise<void> {
  const { limits, manager, store } = services;
  const { user } = connection.peer;
  const isDue = await limits.typing(room.id, user.id);
  if (!isDue || (await isBlockedIn(services, { user }, room)) || connection.closed) return;
  const event = { type: 'typing', roomId: room.id, user } as const;
  manager.broadcast(event);
  store.cluster.publish({ kind: 'typing', event });
}
