import { existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Room } from '../../src/protocol/resources.ts';
import { call, createRoom, postMessage, signIn, signUp, type Account } from '../support/client.ts';
import { download, filesIn, PIXEL, sentFile, upload, uploaded } from '../support/files.ts';
import { expectRefusal } from '../support/refusals.ts';
import {
  launch,
  newFolder,
  removeFolder,
  shareServer,
  temporaryFolder,
} from '../support/server.ts';

const server = shareServer();
let ana: Account;
let room: Room;
beforeAll(async () => {
  ana = await signUp(server, 'Ana');
  room = await createRoom(server, ana.token, 'Kitchen');
});

const folderOf = ({ dataDir }: { dataDir: string }) => join(dataDir, 'files');
const pathsOf = (id: string) => filesIn(folderOf(server)).filter((path) => path.includes(id));
/** Within a second, as the contract says. */
const expectGone = (id: string) => expect.poll(() => pathsOf(id), { timeout: 1000 }).toEqual([]);

it('keeps a file under its id, readable by the server alone', async () => {
  const file = await uploaded(server, ana.token, room.id, PIXEL, 'dot.png');
  const path = `${file.id.slice(0, 2)}/${file.id}`;
  expect(pathsOf(file.id)).toEqual([path, `${path}.thumbnail`]);
});

it('removes the files of a deleted message, with their thumbnails', async () => {
  const { file, message } = await sentFile(server, ana.token, room.id, PIXEL);
  expect(pathsOf(file.id)).toHaveLength(2);
  await call(server, 'DELETE', `/rooms/${room.id}/messages/${message.seq}`, ana);
  await expectGone(file.id);
});

it('removes an unsent file that its uploader deletes', async () => {
  const file = await uploaded(server, ana.token, room.id);
  expect((await call(server, 'DELETE', `/files/${file.id}`, ana)).status).toBe(204);
  await expectGone(file.id);
  expectRefusal(await call(server, 'DELETE', `/files/${file.id}`, ana), 'file_not_found');
});

it('removes the files of a deleted room, sent or not', async () => {
  const garden = await createRoom(server, ana.token, 'Garden');
  const { file } = await sentFile(server, ana.token, garden.id);
  const unsent = await uploaded(server, ana.token, garden.id);
  await call(server, 'DELETE', `/rooms/${garden.id}`, ana);
  await expectGone(file.id);
  await expectGone(unsent.id);
});

it('ends a download of a file that is removed meanwhile with all of its bytes', async () => {
  const content = 'x'.repeat(20_000_000);
  const { file, message } = await sentFile(server, ana.token, room.id, content);
  const response = await fetch(`${server.url}/files/${file.id}`, {
    headers: { authorization: `Bearer ${ana.token}` },
  });
  await call(server, 'DELETE', `/rooms/${room.id}/messages/${message.seq}`, ana);
  await expectGone(file.id);
  expect((await response.text()).length).toBe(content.length);
});

it('deletes what nobody sends after a day', async () => {
  const folder = temporaryFolder();
  const fileTimes = { checkMs: 50, unsentMs: 1500 };
  const short = await launch({ DATA_DIR: folder }, () => {}, { fileTimes });
  const bo = await signUp(short, 'Bo');
  const { id } = await createRoom(short, bo.token, 'Kitchen');
  const { file: sent } = await sentFile(short, bo.token, id);
  const unsent = await uploaded(short, bo.token, id);
  expect((await download(short, `/files/${unsent.id}`, bo)).status).toBe(200);
  await expect.poll(() => filesIn(folderOf(short)).length).toBe(1);
  expectRefusal(await call(short, 'GET', `/files/${unsent.id}`, bo), 'file_not_found');
  const late = await postMessage(short, bo.token, id, { text: '', fileIds: [unsent.id] });
  expectRefusal(late, 'file_not_found');
  expect((await download(short, `/files/${sent.id}`, bo)).status).toBe(200);
  await short.stop();
});

/** A folder with a room and a sent file in it, of a server that has stopped. */
async function stoppedServer() {
  const dataDir = newFolder();
  const first = await launch({ DATA_DIR: dataDir }, () => {});
  const bo = await signUp(first, 'Bo');
  const { id: roomId } = await createRoom(first, bo.token, 'Kitchen');
  const { file } = await sentFile(first, bo.token, roomId, PIXEL);
  await first.stop();
  const files = folderOf({ dataDir });
  const lines: string[] = [];
  const start = () => launch({ DATA_DIR: dataDir }, (line) => lines.push(line));
  return { dataDir, files, file, roomId, lines, start, deleted: '' };
}

/** Writes a file as a crash some hours ago left it: on PostgreSQL, another node may be uploading newer ones. */
function leave(path: string, content: string | Buffer): void {
  writeFileSync(path, content);
  const then = new Date(Date.now() - 2 * 3_600_000);
  utimesSync(path, then, then);
}

describe('a start after a crash', () => {
  // One after the other, on the same folder.
  let stopped: Awaited<ReturnType<typeof stoppedServer>>;
  beforeAll(async () => {
    stopped = await stoppedServer();
    return () => removeFolder(stopped.dataDir);
  });

  it('is refused on the files of another database, and without its own', async () => {
    const { files, start } = stopped;
    const kept = filesIn(files);
    const owner = readFileSync(join(files, 'owner'), 'utf8');
    writeFileSync(join(files, 'owner'), 'DDDDDDDDDDDDDDDD\n');
    await expect(start()).rejects.toThrow(/^FILES_DIR=.* has the files of another database/);
    const other = temporaryFolder();
    const theirs = launch({ DATA_DIR: other, FILES_DIR: files }, () => {});
    await expect(theirs).rejects.toThrow(/^FILES_DIR=.* has the files of another database/);
    expect(filesIn(files)).toEqual(kept);
    rmSync(join(files, 'owner'));
    // The message says how to go on without them.
    const [, id] = await start().then(
      () => [],
      (error: Error) => /write (\S+) into the file \S+\/files\/owner$/.exec(error.message) ?? [],
    );
    expect(`${id}\n`).toBe(owner);
    writeFileSync(join(files, 'owner'), id!);
  });

  it('sweeps what the crash has left, and nothing else', async () => {
    const { files, file, roomId, lines, start } = stopped;
    const [half, whole, thumb] = ['AAAAAAAAAAAAAAAA', 'BBBBBBBBBBBBBBBB', 'CCCCCCCCCCCCCCCC'];
    const kept = filesIn(files);
    for (const name of ['BB', 'CC']) mkdirSync(join(files, name));
    for (const path of [
      `incoming/${half}`,
      `incoming/${half}.thumbnail`,
      `BB/${whole}`,
      `BB/${whole}.thumbnail`,
      `CC/${thumb}.thumbnail`,
      'BB/notes of the operator',
      'README',
    ]) {
      leave(join(files, path), 'left');
    }
    const second = await start();
    await expect
      .poll(() => filesIn(files))
      .toEqual([...kept, 'BB/notes of the operator', 'README'].toSorted());
    await expect.poll(() => lines.join('')).toContain('"files":3');
    const bo = await signIn(second, 'Bo');
    expect((await download(second, `/files/${file.id}`, bo)).status).toBe(200);

    // For the next test: a message with a file is deleted, as if the power had been cut before its removal was on disk.
    const { file: deleted, message } = await sentFile(second, bo.token, roomId, PIXEL);
    const path = join(files, deleted.id.slice(0, 2), deleted.id);
    const bytes = readFileSync(path);
    await call(second, 'DELETE', `/rooms/${roomId}/messages/${message.seq}`, bo);
    await expect.poll(() => existsSync(path)).toBe(false);
    await second.stop();
    leave(path, bytes);
    stopped.deleted = path;
  });

  it('removes what was deleted before it, says how many files are missing, and answers for them that they are', async () => {
    const { files, file, lines, start, deleted } = stopped;
    const missing = join(files, file.id.slice(0, 2), file.id);
    for (const path of [missing, `${missing}.thumbnail`]) rmSync(path);
    lines.length = 0;
    const third = await start();
    await expect.poll(() => existsSync(deleted)).toBe(false);
    await expect
      .poll(() => lines.join(''))
      .toContain('"files":1,"msg":"files of messages are missing');
    const bo = await signIn(third, 'Bo');
    expectRefusal(await call(third, 'GET', `/files/${file.id}`, bo), 'file_not_found');
    expect(lines.join('')).toContain('a file is missing in FILES_DIR');
    await third.stop();
  });
});

it('does not start where it cannot write its files', async () => {
  const dataDir = temporaryFolder();
  writeFileSync(join(dataDir, 'files'), 'not a folder');
  await expect(launch({ DATA_DIR: dataDir }, () => {})).rejects.toThrow(
    /^FILES_DIR=.* cannot be used/,
  );
});

it('takes uploads to where FILES_DIR says', async () => {
  const [dataDir, files] = [temporaryFolder(), temporaryFolder()];
  const elsewhere = await launch({ DATA_DIR: dataDir, FILES_DIR: files }, () => {});
  const bo = await signUp(elsewhere, 'Bo');
  const { id } = await createRoom(elsewhere, bo.token, 'Kitchen');
  expect((await upload(elsewhere, bo.token, id)).status).toBe(201);
  expect([filesIn(files).length, existsSync(join(dataDir, 'files'))]).toEqual([1, false]);
  await elsewhere.stop();
});
