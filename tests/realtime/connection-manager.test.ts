import { expect, it, onTestFinished, vi } from 'vitest';
import { ConnectionManager } from '../../src/realtime/connection-manager.ts';
import { Connection, MAX_UNREAD_BYTES } from '../../src/realtime/connection.ts';
import { entry, FakeWire } from '../support/fake-wire.ts';

it('cuts the slowest where more waits for all peers together than may', () => {
  const manager = new ConnectionManager({ epoch: 'e', presenceGraceMs: 0 });
  const now = Date.now();
  const add = (unread: number) => {
    const wire = new FakeWire();
    const user = { id: 'ana', name: 'Ana', color: '#000000', createdAt: '', isAdmin: false };
    const peer = { user, sessionId: 's', issuedAt: now, expiresAt: now + 3_600_000 };
    manager.addSocket(new Connection(peer, wire, manager.flushQueue), 'room');
    wire.unread = unread;
    return wire;
  };
  const slow = Array.from({ length: 260 }, () => add(MAX_UNREAD_BYTES));
  const healthy = add(1000);
  manager.sweep(now);
  // 256 MiB may wait: the few that are too many go, and nobody else does.
  expect(slow.filter((wire) => wire.closedBy === 'too_slow')).toHaveLength(5);
  expect(healthy.closedBy).toBeNull();
  manager.sweep(now);
  expect(slow.filter((wire) => wire.closedBy === 'too_slow')).toHaveLength(5);
});

it('knows for a minute which rooms had news, and claims of none that it had no older ones', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const manager = new ConnectionManager({ epoch: 'e', presenceGraceMs: 0 });
  const start = performance.now();
  const { roomId } = entry(1);
  expect(manager.hasChangedSince(roomId, start)).toBe(false);
  vi.advanceTimersByTime(1);
  manager.deliver([entry(1)]);
  expect(manager.hasChangedSince(roomId, start)).toBe(true);
  expect(manager.hasChangedSince('another', start)).toBe(false);
  // In the same moment, nobody can tell which came first.
  expect(manager.hasChangedSince(roomId, performance.now())).toBe(true);
  vi.advanceTimersByTime(1);
  const later = performance.now();
  expect(manager.hasChangedSince(roomId, later)).toBe(false);
  manager.sendToUser('ana', { type: 'read', roomId, lastReadSeq: 1, unreadCount: 0 });
  expect(manager.hasChangedSince(roomId, later)).toBe(true);

  // Any room may be a direct one, which is named after somebody.
  vi.advanceTimersByTime(1);
  const named = performance.now();
  expect(manager.hasChangedSince('another', named)).toBe(false);
  manager.updateUser({ id: 'bo', name: 'Bo', color: '#000000', createdAt: '', isAdmin: false });
  expect(manager.hasChangedSince('another', named)).toBe(true);

  vi.advanceTimersByTime(61_000);
  manager.sweep(Date.now());
  expect(manager.hasChangedSince(roomId, performance.now() - 1)).toBe(false);
  expect(manager.hasChangedSince('another', start)).toBe(true);
});
