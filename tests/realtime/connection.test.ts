import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Connection, MAX_UNREAD_BYTES } from '../../src/realtime/connection.ts';
import { FlushQueue } from '../../src/realtime/flush-queue.ts';
import { Delivery, type Encoding } from '../../src/realtime/frames.ts';
import { SWEEP_MS } from '../../src/realtime/health.ts';
import { entry, FakeWire, mark, turns } from '../support/fake-wire.ts';

const MINUTE = 60_000;

function connect(encoding: Encoding = 'websocket', expiresAt = Date.now() + 60 * MINUTE) {
  const user = { id: 'ana', name: 'Ana', color: '#000000', createdAt: '', isAdmin: false };
  const wire = new FakeWire(encoding);
  const peer = { user, sessionId: 's', issuedAt: Date.now(), expiresAt };
  const connection = new Connection(peer, wire, new FlushQueue());
  const tend = (now: number) => connection.sweep(now, (at) => mark(`expires ${at}`));
  return { wire, connection, tend };
}

function connectLive(...parameters: Parameters<typeof connect>) {
  const made = connect(...parameters);
  made.connection.goLive(mark('live'));
  return made;
}

describe('what a turn of the event loop brings', () => {
  it('goes out in one write, in order', async () => {
    const { wire, connection } = connectLive();
    connection.deliver(new Delivery([entry(1), entry(2)], 'e'));
    connection.sendAfterReplay(mark('answer'));
    connection.deliver(new Delivery([entry(3)], 'e'));
    expect(wire.writes).toEqual([]);
    await turns(1);
    expect(wire.said).toEqual(['live', '1', '2', 'answer', '3']);
    expect(wire.writes).toHaveLength(1);
  });

  it('goes out before a close', () => {
    const { wire, connection } = connectLive();
    connection.deliver(new Delivery([entry(1)], 'e'));
    connection.close('left');
    expect(wire.said).toEqual(['live', '1']);
    expect(wire.closedBy).toBe('left');
  });

  it('goes nowhere after a close', async () => {
    const { wire, connection } = connectLive();
    connection.close('left');
    connection.deliver(new Delivery([entry(1)], 'e'));
    connection.sendAfterReplay(mark('answer'));
    await turns();
    expect(wire.said).toEqual(['live']);
    connection.close('restarting');
    expect(wire.closedBy).toBe('left');
  });
});

describe('what may come a little later', () => {
  it('goes out with the turn after a pause, and then together with what else comes', async () => {
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const { wire, connection } = connectLive();
    await turns(1);
    connection.sendSoon(mark('a'));
    connection.sendSoon(mark('b'));
    await turns(1);
    expect(wire.said).toEqual(['live', 'a', 'b']);
    expect(wire.writes).toHaveLength(2);
    connection.sendSoon(mark('c'));
    vi.advanceTimersByTime(4);
    await turns(1);
    connection.sendSoon(mark('d'));
    await turns(1);
    expect(wire.writes).toHaveLength(2);
    vi.advanceTimersByTime(1);
    expect(wire.said).toEqual(['live', 'a', 'b', 'c', 'd']);
    expect(wire.writes).toHaveLength(3);
    vi.advanceTimersByTime(5);
    connection.sendSoon(mark('e'));
    await turns(1);
    expect(wire.said).toEqual(['live', 'a', 'b', 'c', 'd', 'e']);
  });

  it('goes before what is sent after it, and does not hold that up', async () => {
    const { wire, connection } = connectLive();
    connection.sendSoon(mark('a'));
    await turns(1);
    connection.sendSoon(mark('b'));
    connection.sendAfterReplay(mark('answer'));
    connection.sendSoon(mark('c'));
    await turns(1);
    connection.sendAfterReplay(mark('another'));
    await turns(1);
    expect(wire.said).toEqual(['live', 'a', 'b', 'answer', 'c', 'another']);
  });

  it('waits for the end of a replay, and goes nowhere after a close', async () => {
    const { wire, connection } = connect();
    connection.sendSoon(mark('a'));
    await turns();
    expect(wire.said).toEqual([]);
    connection.goLive(mark('live'));
    await turns(1);
    expect(wire.said).toEqual(['live', 'a']);
    connection.close('left');
    connection.sendSoon(mark('b'));
    await turns();
    expect(wire.said).toEqual(['live', 'a']);
  });
});

describe('an entry that was sent', () => {
  it.each([
    ['again', [1, 2], [1, 2], ['1', '2']],
    ['in part again', [1, 2], [2, 3], ['1', '2', '3']],
    ['of before', [3], [1, 2, 3, 4], ['3', '4']],
  ])('is not sent twice where it is delivered %s', async (_, first, second, expected) => {
    const { wire, connection } = connectLive();
    for (const seqs of [first, second]) {
      connection.deliver(
        new Delivery(
          seqs.map((seq) => entry(seq)),
          'e',
        ),
      );
    }
    await turns();
    expect(wire.said).toEqual(['live', ...expected]);
  });
});

describe('a peer that does not read', () => {
  it('is cut as soon as more than the bound waits for it, and what waits is let go', async () => {
    const { wire, connection } = connectLive();
    await turns();
    wire.unread = MAX_UNREAD_BYTES;
    connection.sendAfterReplay(mark('last'));
    await turns();
    expect(wire.closedBy).toBeNull();
    connection.sendAfterReplay(mark('one more'));
    await turns();
    expect(wire.closedBy).toBe('too_slow');
    expect(connection.closed).toBe(true);
    expect(wire.said).toEqual(['live', 'last']);
  });

  it('is cut where a replay holds back more answers than the bound', () => {
    const { wire, connection } = connect();
    connection.sendAfterReplay(Buffer.alloc(MAX_UNREAD_BYTES));
    expect(wire.closedBy).toBeNull();
    connection.sendAfterReplay(Buffer.alloc(1));
    expect(wire.closedBy).toBe('too_slow');
  });

  it('is cut once it has taken nothing for ten seconds, however little waits', () => {
    const { wire, tend } = connectLive();
    const start = Date.now();
    wire.unread = 0;
    tend(start);
    wire.unread = 10;
    tend(start + 1000);
    tend(start + 10_000);
    expect(wire.closedBy).toBeNull();
    tend(start + 10_001);
    expect(wire.closedBy).toBe('too_slow');
  });

  it('is not cut as long as it takes some of it, though a pong comes after all that waits', () => {
    const { wire, tend } = connectLive();
    const start = Date.now();
    wire.unread = 1_000_000;
    for (let second = 0; second < 60; second += 1) {
      wire.unread -= 10_000;
      tend(start + second * 1000);
    }
    expect(wire.closedBy).toBeNull();
  });
});

describe('a sign of life', () => {
  it('is asked of a socket about every 25 seconds', () => {
    const { wire, connection, tend } = connectLive();
    const start = Date.now();
    tend(start + 18_000);
    expect(wire.pings).toBe(0);
    tend(start + 25_001);
    expect(wire.pings).toBe(1);
    connection.markAlive();
    tend(start + 26_000);
    expect(wire.pings).toBe(1);
    tend(start + 51_000);
    expect(wire.pings).toBe(2);
  });

  it('that does not come within ten seconds ends a socket', () => {
    const { wire, tend } = connectLive();
    const start = Date.now() + 25_001;
    tend(start);
    tend(start + 10_000);
    expect(wire.closedBy).toBeNull();
    tend(start + 10_001);
    expect(wire.closedBy).toBe('going_away');
  });

  it('that comes keeps a socket', () => {
    const { wire, connection, tend } = connectLive();
    const start = Date.now() + 25_001;
    for (let minute = 0; minute < 10; minute += 1) {
      tend(start + minute * MINUTE);
      connection.markAlive();
    }
    expect(wire.closedBy).toBeNull();
    expect(wire.pings).toBe(10);
  });

  it('goes out on a stream at least every 15 seconds, and none is waited for', () => {
    const { wire, tend } = connectLive('sse');
    const start = Date.now();
    for (let second = 1; second <= 600; second += 1) tend(start + second * 1000);
    expect(wire.pings).toBeGreaterThanOrEqual(600 / 16);
    expect(wire.closedBy).toBeNull();
  });
});

describe('the end of a token', () => {
  it('is announced once, a minute before, and closes the connection when it comes', async () => {
    const expiresAt = Date.now() + 10 * MINUTE;
    const { wire, connection, tend } = connectLive('websocket', expiresAt);
    tend(expiresAt - MINUTE - SWEEP_MS);
    await turns();
    expect(wire.said).toEqual(['live']);
    // The next look would be too late.
    tend(expiresAt - MINUTE - SWEEP_MS + 1);
    connection.markAlive();
    tend(expiresAt - MINUTE + 1000);
    await turns();
    expect(wire.said).toEqual(['live', `expires ${expiresAt}`]);
    wire.drain();
    tend(expiresAt - 1);
    connection.markAlive();
    expect(wire.closedBy).toBeNull();
    tend(expiresAt);
    expect(wire.closedBy).toBe('token_expired');
  });

  it('is announced a fifth of the life of a short-lived token before it', async () => {
    for (const life of [5_000, 20_000, 4 * MINUTE]) {
      const expiresAt = Date.now() + life;
      const { wire, tend } = connectLive('sse', expiresAt);
      tend(expiresAt - life / 5 - SWEEP_MS);
      await turns();
      expect(wire.said).toEqual(['live']);
      tend(expiresAt - life / 5);
      await turns();
      expect(wire.said).toEqual(['live', `expires ${expiresAt}`]);
    }
  });

  it('is announced anew for a newer token', async () => {
    const expiresAt = Date.now() + MINUTE / 2;
    const { wire, connection, tend } = connectLive('sse', expiresAt);
    tend(expiresAt - 1000);
    const later = expiresAt + MINUTE / 10;
    connection.peer.expiresAt = later;
    tend(expiresAt);
    expect(wire.closedBy).toBeNull();
    await turns();
    expect(wire.said).toEqual(['live', `expires ${expiresAt}`, `expires ${later}`]);
  });
});
