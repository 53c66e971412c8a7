import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import type { Room } from '../../src/protocol/resources.ts';
import {
  call,
  createRoom,
  openLiveSocket,
  postMessage,
  signUp,
  type Account,
} from '../support/client.ts';
import { download, filesIn, linkTo, PIXEL, sentFile, uploaded } from '../support/files.ts';
import { expectRefusal } from '../support/refusals.ts';
import { launch } from '../support/server.ts';
import { sortedStatuses } from '../support/times.ts';
import { shareNodes } from './support/nodes.ts';

/* Nodes that share a folder of files. */

const files = mkdtempSync(join(tmpdir(), 'charla-test-'));
const nodes = shareNodes(3, { FILES_DIR: files });
let ana: Account;
let bo: Account;
let room: Room;
beforeAll(async () => {
  [ana, bo] = [await signUp(nodes.at(0), 'Ana'), await signUp(nodes.at(1), 'Bo')];
  room = await createRoom(nodes.at(0), ana.token, 'Kitchen');
  return () => rmSync(files, { recursive: true, force: true });
});
const pathsOf = (id: string) => filesIn(files).filter((path) => path.includes(id));

it('uploads on one node, sends on another, and downloads on the third', async () => {
  const reader = await openLiveSocket(nodes.at(2), bo.token, room.id);
  const file = await uploaded(nodes.at(0), ana.token, room.id, PIXEL);
  const sent = await postMessage(nodes.at(1), ana.token, room.id, { text: '', fileIds: [file.id] });
  expect(sent.status).toBe(201);
  expect((await reader.next('message.created'))['message'].files).toEqual([file]);
  const got = await download(nodes.at(2), `/files/${file.id}`, bo);
  expect(got.status).toBe(200);
  const { body: link } = await linkTo(nodes.at(0), bo.token, file.id);
  for (const n of [0, 1, 2]) {
    expect((await download(nodes.at(n), link.url)).body.equals(got.body)).toBe(true);
    expect((await download(nodes.at(n), link.thumbnailUrl!)).status).toBe(200);
  }
});

it('ends the links of a deleted message on all nodes at once, and removes its file once', async () => {
  const { file, message } = await sentFile(nodes.at(0), ana.token, room.id);
  const { body: link } = await linkTo(nodes.at(1), bo.token, file.id);
  await call(nodes.at(2), 'DELETE', `/rooms/${room.id}/messages/${message.seq}`, ana);
  for (const n of [0, 1, 2]) {
    expectRefusal(await call(nodes.at(n), 'GET', link.url), 'file_not_found');
  }
  await expect.poll(() => pathsOf(file.id), { timeout: 1000 }).toEqual([]);
});

it('ends the links of a session on all nodes when that ends on one', async () => {
  const cy = await signUp(nodes.at(0), 'Cy');
  const { file } = await sentFile(nodes.at(0), ana.token, room.id);
  const { body: link } = await linkTo(nodes.at(1), cy.token, file.id);
  await call(nodes.at(2), 'POST', '/auth/logout', cy);
  for (const n of [0, 1, 2]) {
    expectRefusal(await call(nodes.at(n), 'GET', link.url), 'session_revoked');
  }
});

it('sends a file once, where nodes send it at once', async () => {
  const file = await uploaded(nodes.at(0), ana.token, room.id);
  const answers = await Promise.all(
    [0, 1, 2].map((n) =>
      postMessage(nodes.at(n), ana.token, room.id, { text: `${n}`, fileIds: [file.id] }),
    ),
  );
  expect(sortedStatuses(answers)).toEqual([201, 404, 404]);
});

it('removes at the start of a node what is old, and not what another one may be uploading', async () => {
  const [old, young] = ['AAAAAAAAAAAAAAAA', 'AABBBBBBBBBBBBBB'];
  mkdirSync(join(files, 'AA'), { recursive: true });
  const hours = (count: number) => new Date(Date.now() - count * 3_600_000);
  for (const path of [`AA/${old}`, `incoming/${old}`, `AA/${young}`, `incoming/${young}`]) {
    writeFileSync(join(files, path), 'left');
    if (path.includes(old)) utimesSync(join(files, path), hours(2), hours(2));
  }
  const dataDir = mkdtempSync(join(tmpdir(), 'charla-test-'));
  const fourth = await launch({ ...nodes.env, DATA_DIR: dataDir }, () => {});
  await expect.poll(() => pathsOf(old)).toEqual([]);
  await fourth.stop();
  expect(pathsOf(young)).toEqual([`AA/${young}`, `incoming/${young}`]);
  rmSync(dataDir, { recursive: true });
});

it('does not start a node without the folder that the others share', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'charla-test-'));
  const alone = launch({ ...nodes.env, FILES_DIR: '', DATA_DIR: dataDir }, () => {});
  await expect(alone).rejects.toThrow(/^FILES_DIR=.* does not have the files of this database/);
  rmSync(dataDir, { recursive: true });
});
