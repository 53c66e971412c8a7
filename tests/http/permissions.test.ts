import { beforeAll, describe, expect, it } from 'vitest';
import { errorKinds, type ErrorCode } from '../../src/protocol/errors.ts';
import type { Room } from '../../src/protocol/resources.ts';
import {
  signInCast,
  standings,
  writeScenes,
  type Cast,
  type Scene,
  type Scenes,
  type Standing,
} from '../support/cast.ts';
import {
  call,
  openDirect,
  openSocket,
  Refused,
  type Account,
  type Frame,
} from '../support/client.ts';
import { shareServer } from '../support/server.ts';

/*
 * The permissions of a room: every standing against every action, over HTTP and over a socket. A number
 * is the status of an allowed action, a word the code of a refusal.
 */

type Verdict = number | ErrorCode;

let scenes: Scenes;
const server = shareServer({}, async (dataDir) => {
  scenes = await writeScenes(dataDir, 300);
});
let cast: Cast;
beforeAll(async () => {
  cast = await signInCast(server);
});

/** The code of an invite that an owner has made, by the room it is for. */
const invites = new Map<string, string>();

async function makeInvite({ room }: Scene): Promise<void> {
  const { token } = cast.owner2;
  const made = await call<{ code: string }>(server, 'POST', `/rooms/${room.id}/invites`, { token });
  invites.set(room.id, made.body.code);
}

interface Action {
  readonly method: string;
  /** Relative to the room's path. */
  readonly path: (scene: Scene, standing: Standing) => string;
  readonly body?: object | ((scene: Scene) => object);
}

const action = (method: string, path: string | Action['path'], body?: Action['body']): Action => ({
  method,
  path: typeof path === 'string' ? () => path : path,
  ...(body && { body }),
});

const own = (suffix = '') => {
  return ({ seqOf }: Scene, standing: Standing) => `/messages/${seqOf[standing]}${suffix}`;
};
const others = (suffix = '') => {
  return ({ seqOf }: Scene) => `/messages/${seqOf.member2}${suffix}`;
};
const user =
  (name: keyof Cast, query = '') =>
  () =>
    `/users/${cast[name].user.id}${query}`;

const actions = {
  'read the room': action('GET', ''),
  'read the history': action('GET', '/messages'),
  'read a message': action('GET', others()),
  'read the events': action('GET', '/events'),
  'list the members': action('GET', '/users'),
  'search in it': action('GET', ({ room }) => `/../../search?q=word&roomId=${room.id}`),
  send: action('POST', '/messages', { text: 'hello' }),
  'edit an own message': action('PATCH', own(), { text: 'better' }),
  'edit another’s message': action('PATCH', others(), { text: 'worse' }),
  'delete an own message': action('DELETE', own()),
  'delete another’s message': action('DELETE', others()),
  react: action('PUT', others('/reactions/👍')),
  'take a reaction back': action('DELETE', others('/reactions/👍')),
  'mark as read': action('PUT', '/read', { seq: 1 }),
  'choose what notifies one': action('PUT', '/notify', { level: 'all' }),
  join: action('POST', '/join'),
  leave: action('POST', '/leave'),
  'rename it': action('PATCH', '', ({ room }) => ({ name: `Not ${room.name}` })),
  'change the topic': action('PATCH', '', { topic: 'Another topic' }),
  'turn slow mode on': action('PATCH', '', { slowModeSeconds: 5 }),
  'add somebody': action('PUT', user('newcomer')),
  'add somebody as moderator': action('PUT', user('newcomer'), { role: 'moderator' }),
  'add a banned one': action('PUT', user('exile')),
  'make a member moderator': action('PUT', user('member2'), { role: 'moderator' }),
  'make a moderator member': action('PUT', user('moderator2'), { role: 'member' }),
  'make an owner member': action('PUT', user('owner2'), { role: 'member' }),
  'remove a member': action('DELETE', user('member2')),
  'remove a moderator': action('DELETE', user('moderator2')),
  'remove an owner': action('DELETE', user('owner2')),
  'ban a member': action('DELETE', user('member2', '?ban=true')),
  'ban a moderator': action('DELETE', user('moderator2', '?ban=true')),
  'ban an owner': action('DELETE', user('owner2', '?ban=true')),
  'ban who is no member': action('DELETE', user('newcomer', '?ban=true')),
  'list the banned': action('GET', '/bans'),
  'lift a ban': action('DELETE', () => `/bans/${cast.exile.user.id}`),
  'make an invite': action('POST', '/invites'),
  'list the invites': action('GET', '/invites'),
  'revoke an invite': action('DELETE', ({ room }) => `/invites/${invites.get(room.id) ?? 'none'}`),
  'list the hooks': action('GET', '/hooks'),
  'add an outgoing hook': action('POST', '/hooks/outgoing', { url: 'https://hooks.example.org/' }),
  'have a hook tried again': action('POST', ({ room }) => `/hooks/hook-of-${room.id}/resume`),
  'delete a hook': action('DELETE', ({ room }) => `/hooks/hook-of-${room.id}`),
  'make an incoming webhook': action('POST', '/hooks/incoming', { name: 'Hook' }),
  'delete the room': action('DELETE', ''),
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
  'choose what notifies one': [200, 200, 200, no, no, no],
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
  'make an invite': [201, 201, no, no, no, 201],
  'list the invites': [200, 200, no, no, no, 200],
  'revoke an invite': [204, 204, no, no, no, 204],
  'list the hooks': [200, 200, no, no, no, 200],
  'add an outgoing hook': [201, 201, no, no, no, 201],
  'have a hook tried again': [204, 204, no, no, no, 204],
  'delete a hook': [204, 204, no, no, no, 204],
  'make an incoming webhook': [201, 201, no, no, no, 201],
  'delete the room': [204, no, no, no, no, 204],
};

/** A private room does not exist for non-members, except for banned users, who know it. */
const inPrivate = (name: ActionName): readonly Verdict[] => {
  const [owner, moderator, member] = inPublic[name] as [Verdict, Verdict, Verdict];
  return [owner, moderator, member, 'room_not_found', no, 'room_not_found'];
};

/** What the two members of a direct room may do; it does not exist for anybody else. */
const inDirect: Partial<Record<ActionName, Verdict>> = {
  'read the room': 200,
  'read the history': 200,
  'read the events': 200,
  'list the members': 200,
  'search in it': 200,
  send: 201,
  'mark as read': 200,
  'choose what notifies one': 200,
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
  'make an invite': no,
  'list the invites': no,
  'revoke an invite': no,
  'list the hooks': no,
  'add an outgoing hook': no,
  'have a hook tried again': no,
  'delete a hook': no,
  'delete the room': no,
};

/** Sends the request of an action. */
async function send(
  { method, path, body }: Action,
  scene: Scene,
  standing: Standing,
  { token }: Account,
) {
  const full = new URL(`${server.url}/rooms/${scene.room.id}${path(scene, standing)}`);
  return call<{ code?: ErrorCode } | null>(server, method, full.pathname + full.search, {
    token,
    body: typeof body === 'function' ? body(scene) : body,
  });
}

async function verdictOf(
  name: ActionName,
  scene: Scene,
  standing: Standing,
  account = cast[standing],
): Promise<Verdict> {
  const answer = await send(actions[name], scene, standing, account);
  // An invite has a code, too.
  const code = answer.status < 400 ? undefined : answer.body?.code;
  if (code) expect(answer.status).toBe(errorKinds[code].status);
  return code ?? answer.status;
}

describe.each(['public', 'private'] as const)('in a %s room', (visibility) => {
  it.each(Object.keys(actions) as ActionName[])(
    'allows each standing what the table says: %s',
    async (name) => {
      const verdicts: Record<string, Verdict> = {};
      for (const standing of standings) {
        const scene = scenes.take(visibility);
        if (name === 'revoke an invite') await makeInvite(scene);
        verdicts[standing] = await verdictOf(name, scene, standing);
      }
      const expected = visibility === 'public' ? inPublic[name] : inPrivate(name);
      expect(verdicts).toEqual(
        Object.fromEntries(standings.map((standing, i) => [standing, expected[i]])),
      );
    },
  );

  it('rejects requests without a token', async () => {
    const { room } = scenes.take(visibility);
    const { body } = await call<Frame>(server, 'GET', `/rooms/${room.id}`);
    expect(body['code']).toBe('token_missing');
  });
});

describe('in a direct room', () => {
  it.each(Object.entries(inDirect) as [ActionName, Verdict][])(
    'returns to a member for %s: %s',
    async (name, expected) => {
      const { body: room } = await openDirect(server, cast.member.token, cast.owner.user.id);
      const scene = { room, seqOf: {} };
      expect(await verdictOf(name, scene, 'member')).toBe(expected);
      expect(await verdictOf(name, scene, 'outsider')).toBe('room_not_found');
      expect(await verdictOf(name, scene, 'admin')).toBe('room_not_found');
    },
  );
});

describe('in a direct room whose other member has blocked them', () => {
  const inBlocked: typeof inDirect = { ...inDirect, send: no };
  it.each(Object.entries(inBlocked) as [ActionName, Verdict][])(
    'returns to a member for %s: %s',
    async (name, expected) => {
      const { member2, newcomer } = cast;
      const { body: room } = await openDirect(server, member2.token, newcomer.user.id);
      await call(server, 'PUT', `/users/${newcomer.user.id}/block`, member2);
      expect(await verdictOf(name, { room, seqOf: {} }, 'member', newcomer)).toBe(expected);
    },
  );
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
    'returns the same verdicts as over HTTP, in a %s room',
    async (visibility) => {
      const isPublic = visibility === 'public';
      const tableOf = (name: ActionName) => (isPublic ? inPublic[name] : inPrivate(name));
      for (const [i, standing] of standings.entries()) {
        const scene = scenes.take(visibility);
        const socket = await openSocket(server, cast[standing].token, scene.room.id).catch(
          (error: unknown) => error as Refused,
        );
        if (socket instanceof Refused) {
          expect([standing, socket.body['code']]).toEqual([standing, tableOf('join')[i]]);
          continue;
        }
        for (const [name, command] of Object.entries(commands)) {
          const seq = name.includes('own') ? scene.seqOf[standing] : scene.seqOf.member2;
          const answer = await socket.ask(name === 'send' ? command : { ...command, seq });
          const verdict = tableOf(name as ActionName)[i]!;
          // The opening of the socket made everybody a member.
          const isAllowed = typeof verdict === 'number' || name === 'mark as read';
          expect([standing, name, answer['code'] ?? answer['type']]).toEqual([
            standing,
            name,
            isAllowed ? resultOf(name, standing, isPublic) : verdict,
          ]);
        }
        await socket.close();
      }
    },
  );

  /** The result of an allowed command. Reactions come after the deletions, and fail on a deleted message. */
  function resultOf(name: string, standing: Standing, isPublic: boolean): string {
    const hasDeleted =
      standing === 'owner' || standing === 'moderator' || (isPublic && standing === 'admin');
    const isReaction = name === 'react' || name === 'take a reaction back';
    return isReaction && hasDeleted ? 'message_not_found' : 'ack';
  }
});

it('returns the same to an outsider for a private and a missing room, over every transport', async () => {
  const { room } = scenes.take('private');
  const { token } = cast.outsider;
  for (const name of Object.keys(actions) as ActionName[]) {
    const ask = (id: string) => {
      const scene = { room: { ...room, id }, seqOf: { outsider: 1, member2: 1 } };
      return send(actions[name], scene, 'outsider', cast.outsider);
    };
    const [hidden, missing] = [await ask(room.id), await ask('nowhere')];
    expect([name, hidden.status, hidden.body]).toEqual([name, missing.status, missing.body]);
  }
  const opened = [room.id, 'nowhere'].map((id) => openSocket(server, token, id));
  const [hidden, missing] = (await Promise.allSettled(opened)).map(
    (result) => (result as PromiseRejectedResult).reason as Refused,
  );
  expect(hidden!.body).toEqual(missing!.body);
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
