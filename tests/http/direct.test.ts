import { beforeAll, describe, expect, it } from 'vitest';
import type { Room, User } from '../../src/protocol/resources.ts';
import {
  call,
  createRoom,
  openDirect,
  signUp,
  type Account,
  type Frame,
} from '../support/client.ts';
import { expectRefusal } from '../support/refusals.ts';
import { shareServer } from '../support/server.ts';

const server = shareServer();
let ana: Account;
let bo: Account;
beforeAll(async () => {
  ana = await signUp(server, 'Ana');
  bo = await signUp(server, 'Bo');
});

const open = (by: Account, userId: string) => openDirect(server, by.token, userId);

it('opens the same room for both users, named for each after the other', async () => {
  const first = await open(ana, bo.user.id);
  expect(first).toMatchObject({
    status: 201,
    body: { kind: 'direct', name: 'Bo', role: 'member', memberCount: 2, createdBy: ana.user.id },
  });
  const { id } = first.body;
  expect(await open(ana, bo.user.id)).toMatchObject({ status: 200, body: { id } });
  expect(await open(bo, ana.user.id)).toMatchObject({ status: 200, body: { id, name: 'Ana' } });
  const events = async (by: Account) =>
    (await call<{ events: Frame[] }>(server, 'GET', `/rooms/${id}/events`, by)).body.events;
  expect((await events(ana))[0]!['room'].name).toBe('Bo');
  expect((await events(bo))[0]!['room'].name).toBe('Ana');
  expect((await events(bo)).map(({ type }) => type as string)).toEqual([
    'room.created',
    'member.joined',
    'member.joined',
  ]);
});

it('creates one room when both open it at once', async () => {
  const [carla, dora] = [await signUp(server, 'Carla'), await signUp(server, 'Dora')];
  const opened = await Promise.all(
    [carla, dora, carla, dora].map(async (by) => open(by, (by === carla ? dora : carla).user.id)),
  );
  expect(new Set(opened.map(({ body }) => body.id)).size).toBe(1);
  expect(opened.filter(({ status }) => status === 201)).toHaveLength(1);
});

it('rejects oneself and unknown users', async () => {
  expectRefusal(await open(ana, ana.user.id), 'forbidden');
  expectRefusal(await open(ana, 'nobody'), 'user_not_found');
});

describe('the list of rooms', () => {
  it('shows direct rooms under the other’s name, sorted among the others, page by page', async () => {
    const eva = await signUp(server, 'Eva');
    for (const name of ['Gil', 'Ida', 'Kim']) await open(eva, (await signUp(server, name)).user.id);
    for (const name of ['Fog', 'Hut', 'Jam']) await createRoom(server, eva.token, name);
    await createRoom(server, eva.token, 'Hut', 'private');
    const list = async (query: string) => {
      const names: string[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const path = `/rooms?limit=2&${query}${cursor && `&cursor=${cursor}`}`;
        const page: { body: { rooms: Room[]; nextCursor: string | null } } = await call(
          server,
          'GET',
          path,
          eva,
        );
        names.push(...page.body.rooms.map(({ name }) => name));
        cursor = page.body.nextCursor;
      }
      return names;
    };
    const all = ['Fog', 'general', 'Gil', 'Hut', 'Hut', 'Ida', 'Jam', 'Kim'];
    expect(await list('scope=all')).toEqual(all);
    expect(await list('scope=public')).toEqual(['Fog', 'general', 'Hut', 'Jam']);
    expect((await list('scope=mine')).toSorted()).toEqual(all.filter((name) => name !== 'general'));
    expect(await list('scope=all&query=i')).toEqual(['Gil', 'Ida', 'Kim']);
    expect(await list('scope=mine&query=KI')).toEqual(['Kim']);
  });

  it('leaves out rooms from which the user is banned', async () => {
    const room = await createRoom(server, ana.token, 'Not for Bo');
    const list = async () =>
      (await call<{ rooms: Room[] }>(server, 'GET', '/rooms?query=not for', bo)).body.rooms.length;
    expect(await list()).toBe(1);
    await call(server, 'DELETE', `/rooms/${room.id}/users/${bo.user.id}?ban=true`, ana);
    expect(await list()).toBe(0);
  });
});

describe('the list of users', () => {
  it('finds users by name without case, and contains no email', async () => {
    const { body } = await call<{ users: User[] }>(server, 'GET', '/users?query=AN&limit=5', bo);
    const query = encodeURIComponent('Ａ\u200bｎ');
    const wide = await call(server, 'GET', `/users?query=${query}&limit=5`, bo);
    expect(wide.body).toEqual(body);
    expect(body.users).toEqual([
      {
        id: ana.user.id,
        name: 'Ana',
        color: ana.user.color,
        createdAt: ana.user.createdAt,
        isAdmin: false,
        isBot: false,
      },
    ]);
    const one = await call<User>(server, 'GET', `/users/${ana.user.id}`, bo);
    expect(one.body).toEqual(body.users[0]);
    expectRefusal(await call(server, 'GET', '/users/nobody', bo), 'user_not_found');
    expectRefusal(await call(server, 'GET', '/users?limit=0', bo), 'validation_failed', ['/limit']);
  });
});
