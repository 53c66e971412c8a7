import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Connection, MAX_UNREAD_BYTES } from '../../src/realtime/connection.ts';
import { FlushQueue } from '../../src/realtime/flush-queue.ts';
import { Delivery, type Encoding } from '../../src/realtime/frames.ts';
import { SWEEP_MS } from '../../src/realtime/health.ts';
import { entry, fakePeer, FakeWire, mark, turns } from '../support/fake-wire.ts';

const MINUTE = 60_000;

function connect(encoding: Encoding = 'websocket', expiresAt?: number) {
  const wire = new FakeWire(encoding);
  const connection = new Connection(fakePeer(expiresAt), wire, new FlushQueue());
  const sweep = (now: number) => connection.sweep(now, (at) => mark(`expires ${at}`));
  return { wire, connection, sweep };
}

function connectLive(...parameters: Parameters<typeof connect>) {
  const made = connect(...parameters);
  made.connection.goLive(mark('live'));
  return made;
}

describe('what one turn of the event loop sends', () => {
  it('is written at once, in order', async () => {
    const { wire, connection } = connectLive();
    connection.deliver(new Delivery([entry(1), entry(2)], 'e'));
    connection.sendAfterReplay(mark('ack'));
    connection.deliver(new Delivery([entry(3)], 'e'));
    expect(wire.writes).toEqual([]);
    await turns(1);
    expect(wire.sent).toEqual(['live', '1', '2', 'ack', '3']);
    expect(wire.writes).toHaveLength(1);
  });

  it('is written before a close', () => {
    const { wire, connection } = connectLive();
    connection.deliver(new Delivery([entry(1)], 'e'));
    connection.close('left');
    expect(wire.sent).toEqual(['live', '1']);
    expect(wire.closedBy).toBe('left');
  });

  it('is not written after a close', async () => {
    const { wire, connection } = connectLive();
    connection.close('left');
    connection.deliver(new Delivery([entry(1)], 'e'));
    connection.sendAfterReplay(mark('ack'));
    await turns();
    expect(wire.sent).toEqual(['live']);
    connection.close('restarting');
    expect(wire.closedBy).toBe('left');
  });
});

describe('sendSoon', () => {
  it('writes at the end of the turn after a pause, and otherwise in batches of 5 ms', async () => {
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const { wire, connection } = connectLive();
    await turns(1);
    connection.sendSoon(mark('a'));
    connection.sendSoon(mark('b'));
    await turns(1);
    expect(wire.sent).toEqual(['live', 'a', 'b']);
    expect(wire.writes).toHaveLength(2);
    connection.sendSoon(mark('c'));
    vi.advanceTimersByTime(4);
    await turns(1);
    connection.sendSoon(mark('d'));
    await turns(1);
    expect(wire.writes).toHaveLength(2);
    vi.advanceTimersByTime(1);
    expect(wire.sent).toEqual(['live', 'a', 'b', 'c', 'd']);
    expect(wire.writes).toHaveLength(3);
    vi.advanceTimersByTime(5);
    connection.sendSoon(mark('e'));
    await turns(1);
    expect(wire.sent).toEqual(['live', 'a', 'b', 'c', 'd', 'e']);
  });

  it('keeps the order of everything that is sent, and delays nothing else', async () => {
    const { wire, connection } = connectLive();
    connection.sendSoon(mark('a'));
    await turns(1);
    connection.sendSoon(mark('b'));
    connection.sendAfterReplay(mark('ack'));
    connection.sendSoon(mark('c'));
    await turns(1);
    connection.sendAfterReplay(mark('second ack'));
    await turns(1);
    expect(wire.sent).toEqual(['live', 'a', 'b', 'ack', 'c', 'second ack']);
  });

  it('waits for the end of a replay, and writes nothing after a close', async () => {
    const { wire, connection } = connect();
    connection.sendSoon(mark('a'));
    await turns();
    expect(wire.sent).toEqual([]);
    connection.goLive(mark('live'));
    await turns(1);
    expect(wire.sent).toEqual(['live', 'a']);
    connection.close('left');
    connection.sendSoon(mark('b'));
    await turns();
    expect(wire.sent).toEqual(['live', 'a']);
  });
});

describe('a repeated delivery', () => {
  it.each([
    ['the same entries', [1, 2], [1, 2], ['1', '2']],
    ['some of the same entries', [1, 2], [2, 3], ['1', '2', '3']],
    ['earlier entries', [3], [1, 2, 3, 4], ['3', '4']],
  ])('sends no entry twice: %s', async (_, first, second, expected) => {
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
    expect(wire.sent).toEqual(['live', ...expected]);
  });
});

describe('a peer that does not read', () => {
  it('is disconnected once it leaves more than the limit unread, and pending bytes are dropped', async () => {
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
    expect(wire.sent).toEqual(['live', 'last']);
  });

  it('is disconnected if a replay holds back more bytes than the limit', () => {
    const { wire, connection } = connect();
    connection.sendAfterReplay(Buffer.alloc(MAX_UNREAD_BYTES));
    expect(wire.closedBy).toBeNull();
    connection.sendAfterReplay(Buffer.alloc(1));
    expect(wire.closedBy).toBe('too_slow');
  });

  it('is disconnected once it has read nothing for ten seconds, however little is pending', () => {
    const { wire, sweep } = connectLive();
    const start = Date.now();
    wire.unread = 0;
    sweep(start);
    wire.unread = 10;
    sweep(start + 1000);
    sweep(start + 10_000);
    expect(wire.closedBy).toBeNull();
    sweep(start + 10_001);
    expect(wire.closedBy).toBe('too_slow');
  });

  it('stays connected while it reads slowly, although its pong comes after all pending bytes', () => {
    const { wire, sweep } = connectLive();
    const start = Date.now();
    wire.unread = 1_000_000;
    for (let second = 0; second < 60; second += 1) {
      wire.unread -= 10_000;
      sweep(start + second * 1000);
    }
    expect(wire.closedBy).toBeNull();
  });
});

describe('a ping', () => {
  it('is sent to a socket about every 25 seconds', () => {
    const { wire, connection, sweep } = connectLive();
    const start = Date.now();
    sweep(start + 18_000);
    expect(wire.pings).toBe(0);
    sweep(start + 25_001);
    expect(wire.pings).toBe(1);
    connection.markAlive();
    sweep(start + 26_000);
    expect(wire.pings).toBe(1);
    sweep(start + 51_000);
    expect(wire.pings).toBe(2);
  });

  it('without a pong within ten seconds closes a socket', () => {
    const { wire, sweep } = connectLive();
    const start = Date.now() + 25_001;
    sweep(start);
    sweep(start + 10_000);
    expect(wire.closedBy).toBeNull();
    sweep(start + 10_001);
    expect(wire.closedBy).toBe('going_away');
  });

  it('with a pong keeps a socket open', () => {
    const { wire, connection, sweep } = connectLive();
    const start = Date.now() + 25_001;
    for (let minute = 0; minute < 10; minute += 1) {
      sweep(start + minute * MINUTE);
      connection.markAlive();
    }
    expect(wire.closedBy).toBeNull();
    expect(wire.pings).toBe(10);
  });

  it('is sent on a stream at least every 15 seconds, and needs no pong', () => {
    const { wire, sweep } = connectLive('sse');
    const start = Date.now();
    for (let second = 1; second <= 600; second += 1) sweep(start + second * 1000);
    expect(wire.pings).toBeGreaterThanOrEqual(600 / 16);
    expect(wire.closedBy).toBeNull();
  });
});

describe('the expiry of a token', () => {
  it('is announced once, a minute ahead, and then closes the connection', async () => {
    const expiresAt = Date.now() + 10 * MINUTE;
    const { wire, connection, sweep } = connectLive('websocket', expiresAt);
    sweep(expiresAt - MINUTE - SWEEP_MS);
    await turns();
    expect(wire.sent).toEqual(['live']);
    // The next sweep would be too late.
    sweep(expiresAt - MINUTE - SWEEP_MS + 1);
    connection.markAlive();
    sweep(expiresAt - MINUTE + 1000);
    await turns();
    expect(wire.sent).toEqual(['live', `expires ${expiresAt}`]);
    wire.drain();
    sweep(expiresAt - 1);
    connection.markAlive();
    expect(wire.closedBy).toBeNull();
    sweep(expiresAt);
    expect(wire.closedBy).toBe('token_expired');
  });

  it('of a short-lived token is announced a fifth of its life ahead', async () => {
    for (const life of [5_000, 20_000, 4 * MINUTE]) {
      const expiresAt = Date.now() + life;
      const { wire, sweep } = connectLive('sse', expiresAt);
      sweep(expiresAt - life / 5 - SWEEP_MS);
      await turns();
      expect(wire.sent).toEqual(['live']);
      sweep(expiresAt - life / 5);
      await turns();
      expect(wire.sent).toEqual(['live', `expires ${expiresAt}`]);
    }
  });

  it('is announced again for a newer token', async () => {
    const expiresAt = Date.now() + MINUTE / 2;
    const { wire, connection, sweep } = connectLive('sse', expiresAt);
    sweep(expiresAt - 1000);
    const later = expiresAt + MINUTE / 10;
    connection.peer.expiresAt = later;
    sweep(expiresAt);
    expect(wire.closedBy).toBeNull();
    await turns();
    expect(wire.sent).toEqual(['live', `expires ${expiresAt}`, `expires ${later}`]);
  });
});
