import type { Job } from '../../src/store/mutation.ts';
import { accountJob } from './accounts.ts';
import { signIn, type Account, type At } from './client.ts';
import { createRoomJob, openFilling } from './filling.ts';

/** What a user can be to a room. `admin` is an admin of the server, and no member of the room. */
export const standings = ['owner', 'moderator', 'member', 'outsider', 'banned', 'admin'] as const;
export type Standing = (typeof standings)[number];

/** Further users, as targets: one of each role, one who never joined, and one who is banned. */
const targets = ['owner2', 'moderator2', 'member2', 'newcomer', 'exile'] as const;
type Target = (typeof targets)[number];

export type Cast = Record<Standing | Target, Account>;

const everybody = [...standings, ...targets] as readonly (Standing | Target)[];

/** A room in which each user of the cast has their standing, and all but the newcomer sent a message. */
export interface Scene {
  readonly room: { readonly id: string; readonly name: string };
  /** The seq of each user's message. */
  readonly seqOf: Readonly<Partial<Record<Standing | Target, number>>>;
}

/** Prepared rooms, each for one test of one action. */
export interface Scenes {
  take(visibility: 'public' | 'private'): Scene;
}

/**
 * Writes the cast and `count` scenes of each visibility into a new database, before a server runs on it.
 * Over HTTP a scene would take 24 requests.
 */
export async function writeScenes(dataDir: string, count: number): Promise<Scenes> {
  const filling = await openFilling(dataDir);
  await filling.perform(everybody.map((name) => accountJob(name, name, name === 'admin')));
  const ready: Record<'public' | 'private', Scene[]> = { public: [], private: [] };
  for (const kind of ['public', 'private'] as const) {
    const rooms = Array.from({ length: count }, (_, i) => ({
      id: `${kind}-${i}`,
      name: `${kind} room ${i}`,
    }));
    // Step by step, in all rooms: sends in a row are written together, which takes half of the time.
    const scenes = rooms.map((room) => sceneJobs(room, kind));
    const jobs = scenes[0]!.flatMap((_, step) => scenes.map((scene) => scene[step]!));
    const results = await filling.perform(jobs);
    const seqs = new Map<string, Record<string, number>>(rooms.map(({ id }) => [id, {}]));
    jobs.forEach(({ mutation, input }, i) => {
      if (mutation !== 'sendMessages') return;
      const { roomId, userId } = input as { roomId: string; userId: string };
      seqs.get(roomId)![userId] = (results[i] as { seq: number }).seq;
    });
    ready[kind] = rooms.map((room) => ({ room, seqOf: seqs.get(room.id)! }));
  }
  await filling.close();
  return {
    take(visibility) {
      const scene = ready[visibility].pop();
      if (!scene) throw new Error(`All ${count} ${visibility} rooms of writeScenes are taken`);
      return scene;
    },
  };
}

function sceneJobs({ id, name }: Scene['room'], kind: 'public' | 'private'): Job[] {
  const jobs: Job[] = [createRoomJob({ id, kind, name, userId: 'owner' })];
  const byOwner = { roomId: id, actorId: 'owner' };
  const roles = { owner2: 'owner', moderator2: 'moderator', moderator: 'moderator' } as const;
  for (const userId of everybody) {
    if (userId === 'newcomer') continue;
    const role = userId in roles ? roles[userId as keyof typeof roles] : 'member';
    if (userId !== 'owner')
      jobs.push({ mutation: 'putMember', input: { ...byOwner, userId, role } });
    const text = `a word of ${userId}`;
    jobs.push({ mutation: 'sendMessages', input: { roomId: id, userId, text } });
  }
  const hook = { id: `hook-of-${id}`, url: 'https://hooks.example.org/', secret: 'whsec_' };
  jobs.push({
    mutation: 'addOutgoingHook',
    input: { ...hook, roomId: id, createdBy: 'owner', events: ['room.created'], createdAt: 0 },
  });
  for (const actorId of ['outsider', 'admin']) {
    jobs.push({ mutation: 'leaveRoom', input: { roomId: id, actorId } });
  }
  for (const userId of ['banned', 'exile']) {
    jobs.push({ mutation: 'removeMember', input: { ...byOwner, userId, ban: true } });
  }
  return jobs;
}

/** Signs in everybody whom `writeScenes` registered. */
export async function signInCast(server: At): Promise<Cast> {
  const accounts = everybody.map(async (name) => [name, await signIn(server, name)] as const);
  return Object.fromEntries(await Promise.all(accounts)) as Cast;
}
