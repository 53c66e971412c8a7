import { beforeAll, describe, expect, it } from 'vitest';
import { signInCast, writeScenes, type Cast, type Scenes } from '../support/cast.ts';
import { call, generalRoom, type Frame } from '../support/client.ts';
import { shareServer } from '../support/server.ts';

/* What the table of permissions (permissions.test.ts) cannot say: rules about the last owner, and about admins. */

let scenes: Scenes;
const server = shareServer({}, async (dataDir) => {
  scenes = await writeScenes(dataDir, 4);
});
let cast: Cast;
beforeAll(async () => {
  cast = await signInCast(server);
});

describe('the last owner', () => {
  it('cannot leave, be removed or lose the role', async () => {
    const { room } = scenes.take('public');
    const ask = (method: string, path: string, body?: object, by = cast.owner) =>
      call<Frame>(server, method, `/rooms/${room.id}${path}`, { token: by.token, body });
    const owner = `/users/${cast.owner.user.id}`;
    await ask('PUT', `/users/${cast.owner2.user.id}`, { role: 'member' });
    for (const by of [cast.owner, cast.admin]) {
      expect((await ask('DELETE', owner, undefined, by)).body['code']).toBe('last_owner');
      expect((await ask('PUT', owner, { role: 'member' }, by)).body['code']).toBe('last_owner');
    }
    expect((await ask('POST', '/leave')).body['code']).toBe('last_owner');
    // With another owner, these actions are allowed.
    await ask('PUT', `/users/${cast.owner2.user.id}`, { role: 'owner' });
    expect((await ask('PUT', owner, { role: 'member' })).body).toMatchObject({ role: 'member' });
    expect((await ask('POST', '/leave')).status).toBe(204);
  });

  it('cannot ban themselves', async () => {
    const { room } = scenes.take('public');
    const path = `/rooms/${room.id}/users/${cast.owner.user.id}?ban=true`;
    const { body } = await call<Frame>(server, 'DELETE', path, { token: cast.owner.token });
    expect(body['code']).toBe('forbidden');
  });
});

it('lets the admin moderate the server’s own room, which has no owner', async () => {
  const { token } = cast.admin;
  const general = await generalRoom(server, token);
  const member = `/rooms/${general.id}/users/${cast.member.user.id}`;
  const put = (body: object) => call<Frame>(server, 'PUT', member, { token, body });
  expect((await put({ role: 'moderator' })).body).toMatchObject({ role: 'moderator' });
  expect((await put({ role: 'owner' })).body['code']).toBe('forbidden');
  expect((await call(server, 'DELETE', member, { token })).status).toBe(204);
});

it('lets an admin lift their own ban, but not read before', async () => {
  const { room } = scenes.take('public');
  const id = cast.admin.user.id;
  const path = `/rooms/${room.id}`;
  await call(server, 'DELETE', `${path}/users/${id}?ban=true`, { token: cast.owner.token });
  const { token } = cast.admin;
  const before = await call<Frame>(server, 'GET', `${path}/messages`, { token });
  expect(before.body['code']).toBe('forbidden');
  // A change that they may make returns the room.
  const body = { topic: 'moderated' };
  const changed = await call<Frame>(server, 'PATCH', path, { token, body });
  expect(changed).toMatchObject({ status: 200, body: { ...body, role: null } });
  expect((await call(server, 'DELETE', `${path}/bans/${id}`, { token })).status).toBe(204);
  expect((await call(server, 'GET', `${path}/messages`, { token })).status).toBe(200);
});

it('returns user_not_found for unknown users, and success if nothing is left to do', async () => {
  const { room } = scenes.take('public');
  const { token } = cast.owner;
  for (const [method, path] of [
    ['PUT', 'users/nobody'],
    ['DELETE', 'users/nobody'],
    ['DELETE', 'users/nobody?ban=true'],
    ['DELETE', 'bans/nobody'],
  ] as const) {
    const { body } = await call<Frame>(server, method, `/rooms/${room.id}/${path}`, { token });
    expect([method, path, body['code']]).toEqual([method, path, 'user_not_found']);
  }
  // A removal of a non-member, or an unban without a ban, changes nothing.
  for (const path of [`users/${cast.newcomer.user.id}`, `bans/${cast.newcomer.user.id}`]) {
    const answer = await call(server, 'DELETE', `/rooms/${room.id}/${path}`, { token });
    expect(answer.status).toBe(204);
  }
});
