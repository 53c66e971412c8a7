import { expect, it } from 'vitest';
import { ConnectionManager } from '../../src/realtime/connection-manager.ts';
import { Connection, MAX_UNREAD_BYTES } from '../../src/realtime/connection.ts';
import { FakeWire } from '../support/fake-wire.ts';

it('cuts the slowest where more waits for all peers together than may', () => {
  const manager = new ConnectionManager({ epoch: 'e', presenceGraceMs: 0 });
  const now = Date.now();
  const add = (unread: number) => {
    const wire = new FakeWire();
    const user = { id: 'ana', name: 'Ana', color: '#000000', createdAt: '', isAdmin: false };
    const peer = { user, sessionId: 's', expiresAt: now + 3_600_000 };
    manager.addSocket(new Connection(peer, wire, manager.outbox), 'room');
    wire.unread = unread;
    return wire;
  };
  const slow = Array.from({ length: 260 }, () => add(MAX_UNREAD_BYTES));
  const healthy = add(1000);
  manager.tend(now);
  // 256 MiB may wait: the few that are too many go, and nobody else does.
  expect(slow.filter((wire) => wire.closedBy === 'too_slow')).toHaveLength(5);
  expect(healthy.closedBy).toBeNull();
  manager.tend(now);
  expect(slow.filter((wire) => wire.closedBy === 'too_slow')).toHaveLength(5);
});
