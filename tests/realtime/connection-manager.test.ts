import { expect, it, onTestFinished, vi } from 'vitest';
import { ConnectionManager } from '../../src/realtime/connection-manager.ts';
import { Connection, MAX_UNREAD_BYTES } from '../../src/realtime/connection.ts';
import { alone } from '../support/alone.ts';
import { entry, fakePeer, FakeWire } from '../support/fake-wire.ts';

it('disconnects the slowest peers if all together leave too much unread', () => {
  const manager = new ConnectionManager({
    epoch: 'e',
    presenceGraceMs: 0,
    cluster: alone(),
  });
  const now = Date.now();
  const add = (unread: number) => {
    const wire = new FakeWire();
    manager.addSocket(new Connection(fakePeer(), wire, manager.flushQueue), 'room');
    wire.unread = unread;
    return wire;
  };
  const slow = Array.from({ length: 260 }, () => add(MAX_UNREAD_BYTES));
  const healthy = add(1000);
  manager.sweep(now);
  // The limit is 256 MiB: only as many peers as exceed it are disconnected.
  expect(slow.filter((wire) => wire.closedBy === 'too_slow')).toHaveLength(5);
  expect(healthy.closedBy).toBeNull();
  manager.sweep(now);
  expect(slow.filter((wire) => wire.closedBy === 'too_slow')).toHaveLength(5);
});

it('knows for a minute which rooms have changed, and reports older moments as changed', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const manager = new ConnectionManager({
    epoch: 'e',
    presenceGraceMs: 0,
    cluster: alone(),
  });
  const start = performance.now();
  const { roomId } = entry(1);
  expect(manager.hasChangedSince(roomId, start)).toBe(false);
  vi.advanceTimersByTime(1);
  manager.deliver([entry(1)]);
  expect(manager.hasChangedSince(roomId, start)).toBe(true);
  expect(manager.hasChangedSince('another', start)).toBe(false);
  // In the same moment, the order is unknown.
  expect(manager.hasChangedSince(roomId, performance.now())).toBe(true);
  vi.advanceTimersByTime(1);
  const later = performance.now();
  expect(manager.hasChangedSince(roomId, later)).toBe(false);
  manager.sendToUser('ana', { type: 'read', roomId, lastReadSeq: 1, unreadCount: 0 });
  expect(manager.hasChangedSince(roomId, later)).toBe(true);

  // Any room may be a direct one, which has the name of a user.
  vi.advanceTimersByTime(1);
  const named = performance.now();
  expect(manager.hasChangedSince('another', named)).toBe(false);
  manager.updateUser({
    id: 'bo',
    name: 'Bo',
    color: '#000000',
    createdAt: '',
    isAdmin: false,
    isBot: false,
  });
  expect(manager.hasChangedSince('another', named)).toBe(true);

  vi.advanceTimersByTime(61_000);
  manager.sweep(Date.now());
  expect(manager.hasChangedSince(roomId, performance.now() - 1)).toBe(false);
  expect(manager.hasChangedSince('another', start)).toBe(true);
});

it('closes a connection that was opening when the server began to stop', () => {
  const manager = new ConnectionManager({
    epoch: 'e',
    presenceGraceMs: 0,
    cluster: alone(),
  });
  const add = () => {
    const wire = new FakeWire();
    const connection = new Connection(fakePeer(), wire, manager.flushQueue);
    return { wire, connection };
  };
  const [open, socket, stream] = [add(), add(), add()];
  manager.addSocket(open.connection, 'room');
  manager.stop();
  manager.addSocket(socket.connection, 'room');
  manager.addStream(stream.connection);
  const all = [open, socket, stream].map(({ wire }) => wire.closedBy);
  expect(all).toEqual(['restarting', 'restarting', 'restarting']);
  expect(manager.counts).toEqual({ sockets: 0, streams: 0, rooms: 0 });
});
