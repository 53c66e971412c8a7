import type { Message, Room } from '../../src/protocol/resources.ts';
import { call, signUp, type Account, type At } from './client.ts';

/** Who people can be to a room. `admin` is the server's, and no member. */
export const parts = ['owner', 'moderator', 'member', 'outsider', 'banned', 'admin'] as const;
export type Part = (typeof parts)[number];

/** Beside the parts: somebody of each role to act on, and somebody who is kept out. */
const extras = ['owner2', 'moderator2', 'member2', 'newcomer', 'exile'] as const;
type Extra = (typeof extras)[number];

export type Cast = Record<Part | Extra, Account>;

/** Signs everybody up; the admin first, which is what makes them admin. */
export async function signUpCast(server: At): Promise<Cast> {
  const cast: Partial<Cast> = {};
  for (const name of ['admin', ...parts.slice(0, -1), ...extras] as const) {
    cast[name] = await signUp(server, name);
  }
  return cast as Cast;
}

/** A room of the cast: everybody in their role, a message of each part, and one of member2's. */
export interface Scene {
  readonly room: Room;
  /** The seq of the message that somebody has sent while they could. */
  readonly said: Readonly<Partial<Record<Part | Extra, number>>>;
}

/** Sets a new room up for one test of one act. */
export async function setScene(
  server: At,
  cast: Cast,
  visibility: 'public' | 'private',
): Promise<Scene> {
  const ask = async <T>(method: string, path: string, body?: object, by: Account = cast.owner) => {
    const answer = await call<T>(server, method, path, { token: by.token, body });
    if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const name = `Room ${(lastRoom += 1)}`;
  const room = await ask<Room>('POST', '/rooms', { name, visibility });
  const said: Partial<Record<Part | Extra, number>> = {};
  const path = `/rooms/${room.id}`;
  const roles = { owner2: 'owner', moderator2: 'moderator', moderator: 'moderator' } as const;
  for (const one of [...parts, ...extras]) {
    if (one === 'newcomer') continue;
    const { user } = cast[one];
    const role = one in roles ? roles[one as keyof typeof roles] : 'member';
    if (one !== 'owner') await ask('PUT', `${path}/users/${user.id}`, { role });
    const message = { text: `a word of ${one}` };
    said[one] = (await ask<Message>('POST', `${path}/messages`, message, cast[one])).seq;
  }
  for (const one of ['outsider', 'admin'] as const) {
    await ask('POST', `${path}/leave`, undefined, cast[one]);
  }
  for (const one of ['banned', 'exile'] as const) {
    await ask('DELETE', `${path}/users/${cast[one].user.id}?ban=true`);
  }
  return { room, said };
}

let lastRoom = 0;
