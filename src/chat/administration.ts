import type { AdminUserPage, AuditPage, RoomSizePage } from '../protocol/administration.ts';
import type { ListAccounts, ListAudit } from '../protocol/commands.ts';
import { DEFAULT_LIMIT } from '../protocol/limits.ts';
import { ChatError } from '../protocol/errors.ts';
import { authorOf } from '../store/mapping/accounts.ts';
import { isoTime, isoTimeOrNull } from '../store/mapping/time.ts';
import { findUsers } from '../store/queries/accounts.ts';
import * as administration from '../store/queries/administration.ts';
import { listAudit as readAudit } from '../store/queries/audit.ts';
import { decodeCursor, encodeCursor } from './cursors.ts';
import type { Services } from './services.ts';
import type { Viewer } from './viewer.ts';

/* What admins read. Each of these throws `forbidden` for others. */

export function requireAdmin({ user }: Pick<Viewer, 'user'>): void {
  if (user.isAdmin) return;
  throw new ChatError('forbidden', { message: 'Only admins of this server may do this' });
}

/** All accounts by name, or those that a query finds by name or email. */
export async function listAccounts(
  { store }: Services,
  viewer: Viewer,
  { query = '', cursor, limit = DEFAULT_LIMIT }: ListAccounts,
): Promise<AdminUserPage> {
  requireAdmin(viewer);
  const [after] = decodeCursor(cursor, 'string') ?? [];
  const wanted = { query: query.trim(), after, now: Date.now() };
  // A search reads all names.
  const db = wanted.query === '' ? store.pagesDb : store.searchDb;
  // One more than asked for tells whether there is another page.
  const found = await administration.listAccounts(db, wanted, limit + 1);
  const shown = found.slice(0, limit);
  const last = found.length > limit ? shown.at(-1) : undefined;
  return {
    users: shown.map((account) => {
      const { nameKey: _, ...user } = account;
      return { ...user, lastSeenAt: isoTimeOrNull(account.lastSeenAt) };
    }),
    nextCursor: last ? encodeCursor([last.nameKey]) : null,
  };
}

/** The rooms of all kinds, the largest first. */
export async function listRoomsBySize(
  { store }: Services,
  viewer: Viewer,
  { cursor, limit = DEFAULT_LIMIT }: { cursor?: string; limit?: number },
): Promise<RoomSizePage> {
  requireAdmin(viewer);
  const after = decodeCursor(cursor, 'number', 'number', 'string');
  const found = await administration.listRoomsBySize(store.searchDb, after, limit + 1);
  const shown = found.slice(0, limit);
  const last = found.length > limit ? shown.at(-1) : undefined;
  return {
    rooms: shown.map((room) => ({
      ...room,
      name: room.kind === 'public' ? room.name : null,
      createdBy: room.kind === 'direct' ? null : room.createdBy,
      createdAt: isoTime(room.createdAt),
      lastActivityAt: isoTime(room.lastActivityAt),
    })),
    nextCursor: last ? encodeCursor([last.fileBytes, last.messageCount, last.id]) : null,
  };
}

/** The audit log, newest first. */
export async function listAudit(
  { store }: Services,
  viewer: Viewer,
  { cursor, limit = DEFAULT_LIMIT, ...filter }: ListAudit,
): Promise<AuditPage> {
  requireAdmin(viewer);
  const [before] = decodeCursor(cursor, 'number') ?? [];
  const db = store.pagesDb;
  const found = await readAudit(db, { ...filter, before }, limit + 1);
  const shown = found.slice(0, limit);
  const userIds = new Set(
    shown.flatMap(({ actorId, userId }) => [actorId ?? [], userId ?? []].flat()),
  );
  const users = new Map(
    (await findUsers(db, [...userIds])).map((user) => [user.id, authorOf(user)]),
  );
  const roomIds = new Set(shown.flatMap(({ roomId }) => roomId ?? []));
  const names = await administration.namesOfPublicRooms(db, [...roomIds]);
  const last = found.length > limit ? shown.at(-1) : undefined;
  return {
    entries: shown.map(({ id, at, action, actorId, userId, roomId, details }) => ({
      id,
      at: isoTime(at),
      action,
      actor: users.get(actorId ?? '') ?? null,
      user: users.get(userId ?? '') ?? null,
      roomId,
      roomName: names.get(roomId ?? '') ?? null,
      details,
    })),
    nextCursor: last ? encodeCursor([last.id]) : null,
  };
}
