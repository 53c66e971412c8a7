import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Room } from '../../src/protocol/resources.ts';
import {
  call,
  createRoom,
  joinRoom,
  openDirect,
  postMessage,
  signIn,
  signUp,
  signUpAdmin,
  type At,
} from './client.ts';
import { download, PIXEL, uploaded } from './files.ts';

/* One of everything that an export has, and how people see it. */

const NAMES = ['Ana', 'Bo', 'Cy', 'Di'] as const;
type Name = (typeof NAMES)[number];

/** What there is to see, by ids that an export keeps. */
export interface Scene {
  readonly userIds: string[];
  readonly rooms: Room[];
  /** A text file and a picture, which messages carry. */
  readonly fileIds: string[];
}

/** Makes a scene on a server without accounts. */
export async function makeScene(server: At): Promise<Scene> {
  const ana = await signUpAdmin(server, 'Ana');
  const people = { Ana: ana } as Record<Name, typeof ana>;
  for (const name of NAMES.slice(1)) people[name] = await signUp(server, name);
  const as = async (name: Name, method: string, path: string, body?: object) => {
    const answer = await call<{ seq: number }>(server, method, path, {
      token: people[name].token,
      body,
    });
    expect({ path, status: answer.status < 300 }).toEqual({ path, status: true });
    return answer.body;
  };
  const kitchen = await createRoom(server, ana.token, 'Küche');
  const hidden = await createRoom(server, people.Bo.token, 'Hidden', 'private');
  const direct = (await openDirect(server, ana.token, people.Cy.user.id)).body;
  const gone = await createRoom(server, ana.token, 'Gone');
  for (const name of NAMES.slice(1)) await joinRoom(server, people[name].token, kitchen.id);
  const at = `/rooms/${kitchen.id}`;
  const seqs: number[] = [];
  for (const [name, text, more] of [
    ['Ana', 'one', { clientMsgId: 'first' }],
    ['Bo', 'two @Ana @Cy', {}],
    ['Cy', 'three', {}],
    ['Di', 'four 雪', {}],
  ] as const) {
    const replyTo = name === 'Di' ? seqs[0] : null;
    seqs.push((await as(name, 'POST', `${at}/messages`, { text, replyTo, ...more })).seq);
  }
  const [one, two, three] = seqs;
  await as('Ana', 'PATCH', `${at}/messages/${one}`, { text: 'one, edited @Di' });
  await as('Cy', 'DELETE', `${at}/messages/${three}`);
  for (const [name, emoji] of [
    ['Ana', '👍'],
    ['Di', '👍'],
    ['Bo', '❤️'],
  ] as const) {
    await as(name, 'PUT', `${at}/messages/${two}/reactions/${encodeURIComponent(emoji)}`);
  }
  await as('Ana', 'PUT', `${at}/users/${people.Bo.user.id}`, { role: 'moderator' });
  await as('Ana', 'DELETE', `${at}/users/${people.Di.user.id}?ban=true`);
  await as('Ana', 'PATCH', at, { topic: 'soup', slowModeSeconds: 5 });
  await as('Bo', 'PUT', `/users/${people.Di.user.id}/block`);
  // After the mention, which still counts.
  await as('Cy', 'PUT', `/users/${people.Bo.user.id}/block`);
  await as('Cy', 'PUT', `${at}/notify`, { level: 'all' });
  await as('Bo', 'PUT', `/rooms/${hidden.id}/users/${ana.user.id}`, { role: 'member' });
  await postMessage(server, people.Cy.token, direct.id, 'between us');
  const notes = await uploaded(server, people.Bo.token, hidden.id, '{"some":"notes"}');
  const picture = await uploaded(server, people.Bo.token, hidden.id, PIXEL, 'pixel.png');
  const fileIds = [picture.id, notes.id];
  await as('Bo', 'POST', `/rooms/${hidden.id}/messages`, {
    text: '',
    fileIds,
    alts: { [picture.id]: 'a pixel' },
  });
  await postMessage(server, ana.token, gone.id, 'not to be seen');
  await as('Ana', 'DELETE', `/rooms/${gone.id}`);
  const userIds = NAMES.map((name) => people[name].user.id);
  return { userIds, rooms: [kitchen, hidden, direct], fileIds };
}

/** Those who see a scene differently: an admin, somebody with unread mentions and a block, and one who is banned. */
const READERS = ['Ana', 'Cy', 'Di'] as const;

/** All that they see of a scene: the answer to each path, by its reader. */
export async function readScene(server: At, scene: Scene): Promise<Record<string, unknown>> {
  const read: Record<string, unknown> = {};
  for (const name of READERS) {
    const { token } = await signIn(server, name);
    const ofRooms = scene.rooms.flatMap(({ id }) =>
      ['', '/bans', '/users', '/messages', '/events?limit=200'].map((end) => `/rooms/${id}${end}`),
    );
    const paths = [
      '/users/me',
      '/users?limit=100',
      '/users/me/blocks',
      '/rooms?limit=50',
      ...['two', '雪', 'soup', 'seen'].map((word) => `/search?q=${encodeURIComponent(word)}`),
      ...ofRooms,
    ];
    for (const path of paths) {
      const { status, body } = await call<object>(server, 'GET', path, { token });
      read[`${name} ${path}`] = { status, body };
    }
    for (const id of scene.fileIds) {
      for (const path of [`/files/${id}`, `/files/${id}/thumbnail`]) {
        const { status, body, headers } = await download(server, path, { token });
        const content = [headers.get('content-type'), body.toString('hex')];
        read[`${name} ${path}`] = { status, content: status === 200 ? content : null };
      }
    }
  }
  return read;
}

/** The lines of a file of an export. */
export const linesOf = (folder: string, file: string): Record<string, unknown>[] =>
  readFileSync(join(folder, file), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
