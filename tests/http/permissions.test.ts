import { beforeAll, describe, expect, it } from 'vitest';
import { errorKinds, type ErrorCode } from '../../src/protocol/errors.ts';
import type { Room } from '../../src/protocol/resources.ts';
import {
  parts,
  signInCast,
  writeScenes,
  type Cast,
  type Part,
  type Scene,
  type Scenes,
} from '../support/cast.ts';
import {
  call,
  generalRoom,
  openSocket,
  Refused,
  type Account,
  type Frame,
} from '../support/client.ts';
import { shareServer } from '../support/server.ts';

/*
 * Who may do what in a room: every part against every act, over HTTP and over a socket. A number is
 * the status of an act that is done, a word the code of its refusal.
 */

type Verdict = number | ErrorCode;

let scenes: Scenes;
const server = shareServer({}, async (dataDir) => {
  scenes = await writeScenes(dataDir, 230);
});
let cast: Cast;
beforeAll(async () => {
  cast = await signInCast(server);
});

interface Action {
  readonly method: string;
  /** Within the room. */
  readonly path: (scene: Scene, part: Part) => string;
  readonly body?: object | ((scene: Scene) => object);
}

const act = (method: string, path: string | Action['path'], body?: Action['body']): Action => ({
  method,
  path: typeof path === 'string' ? () => path : path,
  ...(body && { body }),
});

const own = (suffix = '') => {
  return ({ said }: Scene, part: Part) => `/messages/${said[part]}${suffix}`;
};
const others = (suffix = '') => {
  return ({ said }: Scene) => `/messages/${said.member2}${suffix}`;
};
const user =
  (name: keyof Cast, query = '') =>
  () =>
    `/users/${cast[name].user.id}${query}`;

const actions = {
  'read the room': act('GET', ''),
  'read the history': act('GET', '/messages'),
  'read a message': act('GET', others()),
  'read the events': act('GET', '/events'),
  'list the members': act('GET', '/users'),
  'search in it': act('GET', ({ room }) => `/../../search?q=word&roomId=${room.id}`),
  send: act('POST', '/messages', { text: 'hello' }),
  'edit an own message': act('PATCH', own(), { text: 'better' }),
  'edit another’s message': act('PATCH', others(), { text: 'worse' }),
  'delete an own message': act('DELETE', own()),
  'delete another’s message': act('DELETE', others()),
  react: act('PUT', others('/reactions/👍')),
  'take a reaction back': act('DELETE', others('/reactions/👍')),
  'mark as read': act('PUT', '/read', { seq: 1 }),
  join: act('POST', '/join'),
  leave: act('POST', '/leave'),
  'rename it': act('PATCH', '', ({ room }) => ({ name: `Not ${room.name}` })),
  'change the topic': act('PATCH', '', { topic: 'Another topic' }),
  'turn slow mode on': act('PATCH', '', { slowModeSeconds: 5 }),
  'add somebody': act('PUT', user('newcomer')),
  'add somebody as moderator': act('PUT', user('newcomer'), { role: 'moderator' }),
  'add a banned one': act('PUT', user('exile')),
  'make a member moderator': act('PUT', user('member2'), { role: 'moderator' }),
  'make a moderator member': act('PUT', user('moderator2'), { role: 'member' }),
  'make an owner member': act('PUT', user('owner2'), { role: 'member' }),
  'remove a member': act('DELETE', user('member2')),
  'remove a moderator': act('DELETE', user('moderator2')),
  'remove an owner': act('DELETE', user('owner2')),
  'ban a member': act('DELETE', user('member2', '?ban=true')),
  'ban a moderator': act('DELETE', user('moderator2', '?ban=true')),
  'ban an owner': act('DELETE', user('owner2', '?ban=true')),
  'ban who is no member': act('DELETE', user('newcomer', '?ban=true')),
  'list the banned': act('GET', '/bans'),
  'lift a ban': act('DELETE', () => `/bans/${cast.exile.user.id}`),
  'delete the room': act('DELETE', ''),
} as const satisfies Record<string, Action>;

type ActionName = keyof typeof actions;

const no = 'forbidden';
/** In a public room:           owner moderator member outsider banned admin */
const inPublic: Record<ActionName, readonly Verdict[]> = {
  'read the room': [200, 200, 200, 200, no, 200],
  'read the history': [200, 200, 200, 200, no, 200],
  'read a message': [200, 200, 200, 200, no, 200],
  'read the events': [200, 200, 200, 200, no, 200],
  'list the members': [200, 200, 200, 200, no, 200],
  'search in it': [200, 200, 200, 200, no, 200],
  send: [201, 201, 201, 201, no, 201],
  'edit an own message': [200, 200, 200, 200, no, 200],
  'edit another’s message': [no, no, no, no, no, no],
  'delete an own message': [204, 204, 204, 204, no, 204],
  'delete another’s message': [204, 204, no, no, no, 204],
  react: [204, 204, 204, 204, no, 204],
  'take a reaction back': [204, 204, 204, 204, no, 204],
  'mark as read': [200, 200, 200, no, no, no],
  join: [200, 200, 200, 200, no, 200],
  leave: [204, 204, 204, 204, no, 204],
  'rename it': [200, no, no, no, no, 200],
  'change the topic': [200, 200, no, no, no, 200],
  'turn slow mode on': [200, 200, no, no, no, 200],
  'add somebody': [200, 200, no, no, no, 200],
  'add somebody as moderator': [200, no, no, no, no, 200],
  'add a banned one': [200, 200, no, no, no, 200],
  'make a member moderator': [200, no, no, no, no, 200],
  'make a moderator member': [200, no, no, no, no, 200],
  'make an owner member': [200, no, no, no, no, 200],
  'remove a member': [204, 204, no, no, no, 204],
  'remove a moderator': [204, no, no, no, no, 204],
  'remove an owner': [204, no, no, no, no, 204],
  'ban a member': [204, 204, no, no, no, 204],
  'ban a moderator': [204, no, no, no, no, 204],
  'ban an owner': [204, no, no, no, no, 204],
  'ban who is no member': [204, 204, no, no, no, 204],
  'list the banned': [200, 200, no, no, no, 200],
  'lift a ban': [204, 204, no, no, no, 204],
  'delete the room': [204, no, no, no, no, 204],
};

/** In a private room who is no member finds nothing, but the banned, who know it. */
const inPrivate = (name: ActionName): readonly Verdict[] => {
  const [owner, moderator, member] = inPublic[name] as [Verdict, Verdict, Verdict];
  return [owner, moderator, member, 'room_not_found', no, 'room_not_found'];
};

/** What the two of a direct room may do; whoever else asks finds nothing. */
const inDirect: Partial<Record<ActionName, Verdict>> = {
  'read the room': 200,
  'read the history': 200,
  'read the events': 200,
  'list the members': 200,
  'search in it': 200,
  send: 201,
  'mark as read': 200,
  join: 200,
  leave: no,
  'rename it': no,
  'change the topic': no,
  'turn slow mode on': no,
  'add somebody': no,
  'remove a member': no,
  'ban who is no member': no,
  'list the banned': no,
  'lift a ban': no,
  'delete the room': no,
};

async function perform(
  { method, path, body }: Action,
  scene: Scene,
  part: Part,
  { token }: Account = cast[part],
): Promise<Verdict> {
  const full = new URL(`${server.url}/rooms/${scene.room.id}${path(scene, part)}`);
  const answer = await call<{ code?: ErrorCode } | null>(
    server,
    method,
    full.pathname + full.search,
    { token, body: typeof body === 'function' ? body(scene) : body },
  );
  const code = answer.body?.code;
  if (code) expect(answer.status).toBe(errorKinds[code].status);
  return code ?? answer.status;
}

describe.each(['public', 'private'] as const)('in a %s room', (visibility) => {
  it.each(Object.keys(actions) as ActionName[])('only those who may %s do', async (name) => {
    const verdicts: Record<string, Verdict> = {};
    for (const part of parts) {
      const scene = scenes.take(visibility);
      verdicts[part] = await perform(actions[name], scene, part);
    }
    const wanted = visibility === 'public' ? inPublic[name] : inPrivate(name);
    expect(verdicts).toEqual(Object.fromEntries(parts.map((part, i) => [part, wanted[i]])));
  });

  it('gives way to nobody who is not signed in', async () => {
    const { room } = scenes.take(visibility);
    const { body } = await call<Frame>(server, 'GET', `/rooms/${room.id}`);
    expect(body['code']).toBe('token_missing');
  });
});

describe('in a direct room', () => {
  it.each(Object.entries(inDirect))('one of the two gets %s: %s', async (name, wanted) => {
    const { body: room } = await call<Room>(server, 'POST', '/direct', {
      token: cast.member.token,
      body: { userId: cast.owner.user.id },
    });
    const scene = { room, said: {} };
    const action = actions[name as ActionName];
    expect(await perform(action, scene, 'member')).toBe(wanted);
    expect(await perform(action, scene, 'outsider')).toBe('room_not_found');
    expect(await perform(action, scene, 'admin')).toBe('room_not_found');
  });
});

describe('in a direct room whose other one has blocked one', () => {
  const inBlocked: typeof inDirect = { ...inDirect, send: no };
  it.each(Object.entries(inBlocked))('one gets %s: %s', async (name, wanted) => {
    const { member2, newcomer } = cast;
    const { body: room } = await call<Room>(server, 'POST', '/direct', {
      token: member2.token,
      body: { userId: newcomer.user.id },
    });
    await call(server, 'PUT', `/users/${newcomer.user.id}/block`, member2);
    const theAct = actions[name as ActionName];
    expect(await perform(theAct, { room, said: {} }, 'member', newcomer)).toBe(wanted);
  });
});

describe('over a socket', () => {
  const commands = {
    send: { type: 'send', text: 'hello' },
    'edit an own message': { type: 'edit', text: 'better' },
    'edit another’s message': { type: 'edit', text: 'worse' },
    'delete an own message': { type: 'delete' },
    'delete another’s message': { type: 'delete' },
    react: { type: 'react', emoji: '👍' },
    'take a reaction back': { type: 'unreact', emoji: '👍' },
    'mark as read': { type: 'read' },
  } as const satisfies Partial<Record<ActionName, object>>;

  it.each(['public', 'private'] as const)(
    'the same acts have the same verdicts in a %s room',
    async (visibility) => {
      for (const part of parts) {
        const scene = scenes.take(visibility);
        const door = await openSocket(server, cast[part].token, scene.room.id).catch(
          (error: unknown) => error as Refused,
        );
        const wanted = visibility === 'public' ? inPublic : null;
        if (door instanceof Refused) {
          const [verdict] = [(wanted?.join ?? inPrivate('join'))[parts.indexOf(part)]];
          expect([part, door.body['code']]).toEqual([part, verdict]);
          continue;
        }
        for (const [name, command] of Object.entries(commands)) {
          const seq = name.includes('own') ? scene.said[part] : scene.said.member2;
          const answer = await door.ask(name === 'send' ? command : { ...command, seq });
          const table = wanted?.[name as ActionName] ?? inPrivate(name as ActionName);
          const verdict = table[parts.indexOf(part)]!;
          // Opening the socket has made a member of whoever was none.
          const isDone = typeof verdict === 'number' || name === 'mark as read';
          expect([part, name, answer['code'] ?? answer['type']]).toEqual([
            part,
            name,
            // One's own message is gone by then, and so is another's where it could be deleted.
            isDone ? doneAs(name, scene, part, wanted !== null) : verdict,
          ]);
        }
        await door.close();
      }
    },
  );

  /** Reactions come after the deletions: what was deleted takes none. */
  function doneAs(name: string, _scene: Scene, part: Part, isPublic: boolean): string {
    const deletes = part === 'owner' || part === 'moderator' || (isPublic && part === 'admin');
    const isReaction = name === 'react' || name === 'take a reaction back';
    return isReaction && deletes ? 'message_not_found' : 'ack';
  }
});

it('cannot be told from a missing room by an outsider: not by a word, over any door', async () => {
  const { room } = scenes.take('private');
  const { token } = cast.outsider;
  for (const [name, { method, path, body }] of Object.entries(actions) as [ActionName, Action][]) {
    const ask = async (roomId: string) => {
      const scene = { room: { ...room, id: roomId }, said: { outsider: 1, member2: 1 } };
      const full = new URL(`${server.url}/rooms/${roomId}${path(scene, 'outsider')}`);
      const sent = typeof body === 'function' ? body(scene) : body;
      return call(server, method, full.pathname + full.search, { token, body: sent });
    };
    const [there, missing] = [await ask(room.id), await ask('nowhere')];
    expect([name, there.status, there.body]).toEqual([name, missing.status, missing.body]);
  }
  const opened = [room.id, 'nowhere'].map((id) => openSocket(server, token, id));
  const [there, missing] = (await Promise.allSettled(opened)).map(
    (result) => (result as PromiseRejectedResult).reason as Refused,
  );
  expect(there!.body).toEqual(missing!.body);
  for (const scope of ['all', 'mine', 'public']) {
    const { body } = await call<{ rooms: Room[] }>(
      server,
      'GET',
      `/rooms?scope=${scope}&limit=200&query=${encodeURIComponent(room.name)}`,
      { token },
    );
    expect(body.rooms.map(({ id }) => id)).not.toContain(room.id);
  }
});

describe('the last owner', () => {
  it('cannot leave, be removed or be made less', async () => {
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
    // With another owner there, each of these is done.
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

it('lets the admin tend the server’s own room, which has no owner', async () => {
  const { token } = cast.admin;
  const general = await generalRoom(server, token);
  const member = `/rooms/${general.id}/users/${cast.member.user.id}`;
  const put = (body: object) => call<Frame>(server, 'PUT', member, { token, body });
  expect((await put({ role: 'moderator' })).body).toMatchObject({ role: 'moderator' });
  expect((await put({ role: 'owner' })).body['code']).toBe('forbidden');
  expect((await call(server, 'DELETE', member, { token })).status).toBe(204);
});

it('lets an admin who was banned by an owner lift the ban, and neither read nor write before', async () => {
  const { room } = scenes.take('public');
  const id = cast.admin.user.id;
  const path = `/rooms/${room.id}`;
  await call(server, 'DELETE', `${path}/users/${id}?ban=true`, { token: cast.owner.token });
  const { token } = cast.admin;
  const before = await call<Frame>(server, 'GET', `${path}/messages`, { token });
  expect(before.body['code']).toBe('forbidden');
  // What they may change, they are told of.
  const body = { topic: 'tended' };
  const changed = await call<Frame>(server, 'PATCH', path, { token, body });
  expect(changed).toMatchObject({ status: 200, body: { ...body, role: null } });
  expect((await call(server, 'DELETE', `${path}/bans/${id}`, { token })).status).toBe(204);
  expect((await call(server, 'GET', `${path}/messages`, { token })).status).toBe(200);
});

it('names whom it does not find', async () => {
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
  // Who is no member, or not banned, is as they should be.
  for (const path of [`users/${cast.newcomer.user.id}`, `bans/${cast.newcomer.user.id}`]) {
    const answer = await call(server, 'DELETE', `/rooms/${room.id}/${path}`, { token });
    expect(answer.status).toBe(204);
  }
});
