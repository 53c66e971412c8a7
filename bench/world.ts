import { createHmac } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import bcrypt from 'bcryptjs';
import { acts } from '../src/chat/acts.ts';
import { colorFor } from '../src/chat/names.ts';
import { fold } from '../src/protocol/fold.ts';
import { commitGroup, type Job } from '../src/store/group-commit.ts';
import { migrateToLatest } from '../src/store/migrate.ts';
import { checkIndex } from '../src/store/search.ts';
import { openWritable, type Writable } from '../src/store/sqlite.ts';
import { JWT_SECRET } from './servers.ts';

/* Fills databases by the very acts that a server performs, without the wait for its doors. */

const GROUP = 1000;
/** For everybody in a world. */
export const PASSWORD = 'correct horse battery';

export interface World {
  readonly writable: Writable;
  /** Performs acts in groups, as the writer does; one that is refused is a mistake of the bench. */
  perform(jobs: Iterable<Job>): Promise<void>;
  close(): Promise<void>;
}

export async function openWorld(dataDir: string): Promise<World> {
  mkdirSync(dataDir, { recursive: true });
  const writable = openWritable(join(dataDir, 'charla.db'));
  const { db } = writable;
  await migrateToLatest(db);
  await checkIndex(db);
  const commit = async (group: Job[]) => {
    const { outcomes } = await commitGroup(writable, acts, group);
    const bad = outcomes.find((outcome) => !('value' in outcome));
    if (bad) throw new Error(JSON.stringify(bad));
  };
  return {
    writable,
    perform: async (jobs) => {
      let group: Job[] = [];
      for (const job of jobs) {
        group.push(job);
        if (group.length < GROUP) continue;
        await commit(group);
        group = [];
      }
      if (group.length > 0) await commit(group);
    },
    close: () => db.destroy(),
  };
}

export const userId = (i: number) => `user-${i}`;
export const roomId = (i: number) => `room-${i}`;
export const emailOf = (i: number) => `person-${i}@example.org`;

/** People, each signed in once; `cost` is bcrypt's. */
export function* people(count: number, cost = 4): Iterable<Job> {
  const password_hash = bcrypt.hashSync(PASSWORD, cost);
  for (let i = 0; i < count; i += 1) {
    const now = Date.now();
    const [email, name] = [emailOf(i), `Person ${i}`];
    const user = {
      id: userId(i),
      email,
      email_key: fold(email),
      name,
      name_key: fold(name),
      color: colorFor(name),
      password_hash,
      created_at: now,
    };
    const session = {
      id: `session-${i}`,
      user_id: user.id,
      user_agent: 'bench',
      created_at: now,
      last_used_at: now,
      expires_at: now + TOKEN_MS,
    };
    yield { act: 'register', input: { user, session } };
  }
}

/** Public rooms of so many members each: the first of them owns it. */
export function* roomsOf(rooms: number, members: number): Iterable<Job> {
  for (let i = 0; i < rooms; i += 1) {
    const [id, name] = [roomId(i), `Room ${i}`];
    const userIdOf = (member: number) => userId(i * members + member);
    const room = { id, kind: 'public', name, nameKey: fold(name), topic: '', userId: userIdOf(0) };
    yield { act: 'createRoom', input: room };
    for (let member = 1; member < members; member += 1) {
      yield { act: 'joinRoom', input: { roomId: id, actorId: userIdOf(member) } };
    }
  }
}

const TOKEN_MS = 12 * 3_600_000;

/** A token as the server signs it. */
export function tokenOf(user: number): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const claims = { sub: userId(user), sid: `session-${user}`, iss: 'charla', iat: now };
  const body = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ ...claims, exp: now + TOKEN_MS / 1000 })}`;
  return `${body}.${createHmac('sha256', JWT_SECRET).update(body).digest('base64url')}`;
}
