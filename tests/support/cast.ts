import { hashSync } from 'bcryptjs';
import { nameKey } from '../../public/shared/name-key.js';
import type { Job } from '../../src/store/mutation.ts';
import { emailOf, passwordOf, signIn, type Account, type At } from './client.ts';
import { openFilling, registerJob } from './filling.ts';

/** Who people can be to a room. `admin` is the server's, and no member. */
export const parts = ['owner', 'moderator', 'member', 'outsider', 'banned', 'admin'] as const;
export type Part = (typeof parts)[number];

/** Beside the parts: somebody of each role to act on, and somebody who is kept out. */
const extras = ['owner2', 'moderator2', 'member2', 'newcomer', 'exile'] as const;
type Extra = (typeof extras)[number];

export type Cast = Record<Part | Extra, Account>;

/** Everybody. */
const everybody = [...parts, ...extras] as readonly (Part | Extra)[];

/** A room of the cast: everybody in their role, a message of each part, and one of member2's. */
export interface Scene {
  readonly room: { readonly id: string; readonly name: string };
  /** The seq of the message that somebody has sent while they could. */
  readonly said: Readonly<Partial<Record<Part | Extra, number>>>;
}

/** Rooms that are ready, each for one test of one act. */
export interface Scenes {
  take(visibility: 'public' | 'private'): Scene;
}

/**
 * Writes the cast and so many scenes of each visibility into a new database, before a server runs on
 * it: over HTTP a scene would be 24 requests.
 */
export async function writeScenes(dataDir: string, count: number): Promise<Scenes> {
  const filling = await openFilling(dataDir);
  await filling.perform(
    everybody.map((name) =>
      registerJob({
        id: name,
        name,
        email: emailOf(name),
        passwordHash: hashSync(passwordOf(name), 4),
        sessionId: `first session of ${name}`,
        lifeMs: 0,
        asAdmin: name === 'admin',
      }),
    ),
  );
  const ready: Record<'public' | 'private', Scene[]> = { public: [], private: [] };
  for (const kind of ['public', 'private'] as const) {
    const rooms = Array.from({ length: count }, (_, i) => ({
      id: `${kind}-${i}`,
      name: `${kind} room ${i}`,
    }));
    const jobs = rooms.flatMap((room) => sceneJobs(room, kind));
    const returned = await filling.perform(jobs);
    const said = new Map<string, Record<string, number>>(rooms.map(({ id }) => [id, {}]));
    jobs.forEach(({ mutation: act, input }, i) => {
      if (act !== 'sendMessages') return;
      const { roomId, userId } = input as { roomId: string; userId: string };
      said.get(roomId)![userId] = (returned[i] as { seq: number }).seq;
    });
    ready[kind] = rooms.map((room) => ({ room, said: said.get(room.id)! }));
  }
  await filling.close();
  return {
    take(visibility) {
      const scene = ready[visibility].pop();
      if (!scene) throw new Error(`writeScenes was asked for only ${count} ${visibility} rooms`);
      return scene;
    },
  };
}

function sceneJobs({ id, name }: Scene['room'], kind: 'public' | 'private'): Job[] {
  const jobs: Job[] = [];
  const room = { id, kind, name, nameKey: nameKey(name), topic: '', userId: 'owner', maxRooms: 0 };
  jobs.push({ mutation: 'createRoom', input: room });
  const actsOn = { roomId: id, actorId: 'owner' };
  const roles = { owner2: 'owner', moderator2: 'moderator', moderator: 'moderator' } as const;
  for (const one of [...parts, ...extras]) {
    if (one === 'newcomer') continue;
    const role = one in roles ? roles[one as keyof typeof roles] : 'member';
    if (one !== 'owner')
      jobs.push({ mutation: 'putMember', input: { ...actsOn, userId: one, role } });
    const text = `a word of ${one}`;
    jobs.push({ mutation: 'sendMessages', input: { roomId: id, userId: one, text } });
  }
  for (const actorId of ['outsider', 'admin']) {
    jobs.push({ mutation: 'leaveRoom', input: { roomId: id, actorId } });
  }
  for (const userId of ['banned', 'exile']) {
    jobs.push({ mutation: 'removeMember', input: { ...actsOn, userId, ban: true } });
  }
  return jobs;
}

/** Signs everybody in whom `writeScenes` has written. */
export async function signInCast(server: At): Promise<Cast> {
  const accounts = everybody.map(async (name) => [name, await signIn(server, name)] as const);
  return Object.fromEntries(await Promise.all(accounts)) as Cast;
}
