import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { once } from 'node:events';
import { WebSocket } from '../../support/frame-check.ts';
import { openForWriting } from '../../../src/store/sqlite/connection.ts';
import { createRoom, postMessage, signUp, socketUrl, type At } from '../../support/client.ts';
import { temporaryFolder } from '../../support/server.ts';
import { Asker } from '../support/asker.ts';
import { isLong, PATIENCE, print, seeded } from '../support/scale.ts';
import { Site } from '../support/site.ts';
import { watch, type Call } from '../support/trace.ts';

describe('the writing connection', () => {
  it('keeps synchronous FULL after many writes, so that a commit waits for the disk', () => {
    const db = openForWriting(join(temporaryFolder(), 'charla.db'));
    const level = () => db.prepare('pragma synchronous').get();
    expect(level()).toEqual({ synchronous: 2 });
    db.prepare('create table t (x)').run();
    for (let i = 0; i < 10; i += 1) db.prepare('insert into t values (1)').run();
    expect(level()).toEqual({ synchronous: 2 });
    expect(db.prepare('pragma journal_mode').get()).toEqual({ journal_mode: 'wal' });
    db.close();
  });

  it('has to set synchronous FULL, since the first write in WAL mode lowers the default to NORMAL', () => {
    const db = new SqliteDatabase(join(temporaryFolder(), 'careless.db'));
    db.pragma('journal_mode = WAL');
    db.exec('create table t (x)');
    expect(db.pragma('synchronous', { simple: true })).toBe(1);
    db.close();
  });
});

const MESSAGES = 400;

/** Opens a socket whose frames are readable in a trace, because its mask is all zeros. */
async function openPlainSocket(server: At, token: string, roomId: string) {
  const ws = new WebSocket(socketUrl(server, roomId, { token }), {
    generateMask: (mask: Buffer) => void mask.fill(0),
  });
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
    'sends no ack, response or event of a message before the fsync that follows its write',
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
              await postMessage(server, token, room.id, { text, clientMsgId });
            } else {
              await random.pick(sockets).ask({ type: 'send', text, clientMsgId });
            }
          }),
        );
      }
      const trace = await stop();

      const syncs = trace.filter(isSync);
      const walWrites = trace.filter(
        ({ name, text }) => name === 'pwrite64' && text.includes('charla.db-wal>'),
      );
      const socketWrites = trace.filter(
        ({ name, text }) => name.startsWith('write') && text.includes('<socket:'),
      );
      const reads = trace.filter(({ name }) => name === 'read');
      const violations: string[] = [];
      for (let i = 1; i <= MESSAGES; i += 1) {
        // Its clientMsgId is in the send, the row, the event and the response.
        const has = ({ text }: Call) => text.includes(`id<${i}>`);
        const arrived = reads.find(has);
        const written = walWrites.find((one) => has(one) && one.begin > (arrived?.end ?? Infinity));
        const synced = syncs.find(({ begin }) => begin > (written?.end ?? Infinity));
        const sent = socketWrites.filter(has);
        if (!arrived || !written || !synced || sent.length < 4) {
          violations.push(
            `${i}: arrived ${arrived?.end}, written ${written?.end}, synced ${synced?.end}, sent ${sent.length}`,
          );
        } else if (sent[0]!.begin < synced.end) {
          violations.push(`${i} was sent at ${sent[0]!.begin}, synced at ${synced.end}`);
        }
      }
      expect(violations).toEqual([]);
      print(
        `${MESSAGES} messages: each was written and fsynced before it was sent; ${syncs.length} fsyncs`,
      );
    },
  );
