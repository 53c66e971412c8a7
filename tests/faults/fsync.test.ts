import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { openForWriting } from '../../src/store/sqlite/connection.ts';
import { call, createRoom, signUp, type At } from '../support/client.ts';
import { temporaryFolder } from '../support/server.ts';
import { Asker } from './support/asker.ts';
import { isLong, PATIENCE, print, seeded } from './support/scale.ts';
import { Site } from './support/site.ts';
import { watch, type Call } from './support/trace.ts';

describe('a commit waits for the disk', () => {
  it('since the connection that writes runs with synchronous FULL, also after many writes', () => {
    const db = openForWriting(join(temporaryFolder(), 'charla.db'));
    const level = () => db.prepare('pragma synchronous').get();
    expect(level()).toEqual({ synchronous: 2 });
    db.prepare('create table t (x)').run();
    for (let i = 0; i < 10; i += 1) db.prepare('insert into t values (1)').run();
    expect(level()).toEqual({ synchronous: 2 });
    expect(db.prepare('pragma journal_mode').get()).toEqual({ journal_mode: 'wal' });
    db.close();
  });

  it('which it would not if nobody had said so: the first write lowers it to NORMAL', () => {
    const db = new SqliteDatabase(join(temporaryFolder(), 'careless.db'));
    db.pragma('journal_mode = WAL');
    db.exec('create table t (x)');
    expect(db.pragma('synchronous', { simple: true })).toBe(1);
    db.close();
  });
});

const MESSAGES = 400;

/** A socket whose frames can be read in a trace: nothing of them is masked. */
async function openPlainSocket({ url }: At, token: string, roomId: string) {
  const address = `${url.replace('http', 'ws')}/ws/chat/${roomId}?token=${token}`;
  const ws = new WebSocket(address, { generateMask: (mask: Buffer) => void mask.fill(0) });
  onTestFinished(() => ws.terminate());
  await once(ws, 'open');
  return new Asker(ws);
}

const isSync = ({ name, text }: Call) =>
  (name === 'fsync' || name === 'fdatasync') &&
  text.includes('charla.db-wal>') &&
  text.endsWith('= 0');

if (isLong)
  it(
    'writes no ack, no answer and no event to a socket before an fsync that came after the message was written',
    { timeout: PATIENCE },
    async () => {
      const random = seeded();
      const site = new Site();
      const server = await site.start();
      const { token } = await signUp(server, 'Ana');
      const room = await createRoom(server, token, 'synced');
      const sockets = await Promise.all(
        Array.from({ length: 4 }, async () => openPlainSocket(server, token, room.id)),
      );
      const calls = ['read', 'write', 'writev', 'pwrite64', 'fsync', 'fdatasync'];
      const stop = await watch(server.pid, calls);
      const ids = Array.from({ length: MESSAGES }, (_, i) => `id<${i + 1}>`);
      while (ids.length > 0) {
        const group = ids.splice(0, random.int(1, 12));
        await Promise.all(
          group.map(async (clientMsgId) => {
            const text = 'as small as can be';
            if (random.chance(0.2)) {
              const path = `/rooms/${room.id}/messages`;
              await call(server, 'POST', path, { token, body: { text, clientMsgId } });
            } else {
              await random.pick(sockets).ask({ type: 'send', text, clientMsgId });
            }
          }),
        );
      }
      const trace = await stop();

      const syncs = trace.filter(isSync);
      const ofWal = trace.filter(
        ({ name, text }) => name === 'pwrite64' && text.includes('charla.db-wal>'),
      );
      const toSockets = trace.filter(
        ({ name, text }) => name.startsWith('write') && text.includes('<socket:'),
      );
      const reads = trace.filter(({ name }) => name === 'read');
      const faults: string[] = [];
      for (let i = 1; i <= MESSAGES; i += 1) {
        // Its name stands in the send, in the row, in the event and in the answer.
        const has = ({ text }: Call) => text.includes(`id<${i}>`);
        const arrived = reads.find(has);
        const written = ofWal.find((one) => has(one) && one.begin > (arrived?.end ?? Infinity));
        const synced = syncs.find(({ begin }) => begin > (written?.end ?? Infinity));
        const told = toSockets.filter(has);
        if (!arrived || !written || !synced || told.length < 4) {
          faults.push(
            `${i}: arrived ${arrived?.end}, written ${written?.end}, synced ${synced?.end}, told ${told.length}`,
          );
        } else if (told[0]!.begin < synced.end) {
          faults.push(`${i} was told at ${told[0]!.begin}, synced at ${synced.end}`);
        }
      }
      expect(faults).toEqual([]);
      print(
        `${MESSAGES} messages: each was written and fsynced before anybody was told; ${syncs.length} fsyncs`,
      );
    },
  );
