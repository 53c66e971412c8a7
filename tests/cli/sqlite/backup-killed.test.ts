import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { readManifest } from '../../../src/cli/backup-folder.ts';
import { charla, startCharla } from '../../support/charla.ts';
import { createRoom, openLiveSocket, postMessage, signUp } from '../../support/client.ts';
import { filesIn, uploaded } from '../../support/files.ts';
import { shareServer, startServer, temporaryFolder } from '../../support/server.ts';

/* kill -9 at any moment leaves no half-written backup or database, and the same command then succeeds. */

const KILLS = 3;
const FILES = 20;

const server = shareServer();
let token: string;
let roomId: string;

beforeAll(async () => {
  ({ token } = await signUp(server, 'Ana'));
  ({ id: roomId } = await createRoom(server, token, 'kitchen'));
  // A user has at most five uploads in progress.
  for (let i = 0; i < FILES; i += 5) {
    const files = await Promise.all(
      Array.from({ length: 5 }, (_, n) =>
        uploaded(server, token, roomId, `${i + n} `.repeat(50_000)),
      ),
    );
    await postMessage(server, token, roomId, { text: '', fileIds: files.map(({ id }) => id) });
  }
});

/** Kills runs of a command at moments spread over the time that it takes. Calls `check` after each. */
async function killAtMoments(
  run: () => ReturnType<typeof startCharla>,
  takesMs: number,
  check: () => Promise<void> | void,
): Promise<void> {
  for (let i = 0; i < KILLS; i += 1) {
    const running = run();
    // Before half of that time, it only loads its modules.
    await sleep(takesMs * (0.4 + (0.6 * (i + Math.random())) / KILLS));
    running.kill('SIGKILL');
    await running.ended;
    await check();
  }
}

it(
  'backups and restores that are killed at any moment can be run again',
  { timeout: 240_000 },
  async () => {
    const parent = temporaryFolder();
    const startedAt = performance.now();
    const env = { DATA_DIR: server.dataDir };
    expect(await charla(['backup', join(parent, 'first')], { env })).toMatchObject({ code: 0 });
    const takesMs = performance.now() - startedAt;
    const folder = join(parent, 'backup');
    await killAtMoments(
      () => startCharla(['backup', folder], { env }),
      takesMs,
      async () => {
        // It is there as a whole, or not at all.
        if (existsSync(folder)) expect((await readManifest(folder)).files.count).toBe(FILES);
      },
    );
    if (!existsSync(folder))
      expect(await charla(['backup', folder], { env })).toMatchObject({ code: 0 });
    expect(readdirSync(parent).filter((name) => name.startsWith('backup'))).toEqual(['backup']);
    expect(filesIn(join(folder, 'files'))).toHaveLength(FILES);

    const dataDir = join(parent, 'restored');
    const restoring = { env: { DATA_DIR: dataDir } };
    let isDone = false;
    await killAtMoments(
      () => startCharla(['restore', folder], restoring),
      takesMs,
      () => {
        isDone ||= existsSync(join(dataDir, 'charla.db'));
        if (isDone) expect(filesIn(join(dataDir, 'files'))).toHaveLength(FILES);
      },
    );
    if (!isDone) expect(await charla(['restore', folder], restoring)).toMatchObject({ code: 0 });
    const copy = await startServer({ DATA_DIR: dataDir });
    const socket = await openLiveSocket(copy, token, roomId, { after: 0 });
    expect(socket.frames.filter(({ type }) => type === 'message.created')).toHaveLength(FILES / 5);
    expect(
      filesIn(join(dataDir, 'files')).filter((name) => !name.startsWith('incoming')),
    ).toHaveLength(FILES);
  },
);

it('removes what it has written when it is stopped by a signal', async () => {
  const parent = temporaryFolder();
  const folder = join(parent, 'backup');
  const stopOnce = async () => {
    const running = startCharla(['backup', folder], { env: { DATA_DIR: server.dataDir } });
    const over = new AbortController();
    void running.ended.finally(() => over.abort());
    // From here on, it copies files.
    while (!existsSync(join(`${folder}.partial`, 'charla.db')) && !over.signal.aborted)
      await sleep(1);
    running.kill('SIGTERM');
    return running.ended;
  };
  let end = await stopOnce();
  for (let i = 0; i < 5 && end.code === 0; i += 1) {
    // It was done before the signal.
    rmSync(folder, { recursive: true });
    end = await stopOnce();
  }
  expect(end).toMatchObject({
    signal: 'SIGTERM',
    stderr: 'Charla cannot back up: it was stopped; nothing of the backup is left\n',
  });
  expect(readdirSync(parent)).toEqual([]);
});
