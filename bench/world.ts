import { createHmac } from 'node:crypto';
import bcrypt from 'bcryptjs';
import { nameKey } from '../public/shared/name-key.js';
import type { Job } from '../src/store/mutation.ts';
import { registerJob } from '../tests/support/filling.ts';
import { JWT_SECRET } from './servers.ts';

/* The people and rooms of the databases under test. */

/** Everybody's password. */
export const PASSWORD = 'correct horse battery';

export const userId = (i: number) => `user-${i}`;
export const roomId = (i: number) => `room-${i}`;
export const emailOf = (i: number) => `person-${i}@example.org`;

/** Creates people, each with one session; `cost` is bcrypt's. */
export function* people(count: number, cost = 4): Iterable<Job> {
  const passwordHash = bcrypt.hashSync(PASSWORD, cost);
  for (let i = 0; i < count; i += 1) {
    yield registerJob({
      id: userId(i),
      name: `Person ${i}`,
      email: emailOf(i),
      passwordHash,
      sessionId: `session-${i}`,
      lifeMs: TOKEN_MS,
    });
  }
}

/** Creates public rooms with `members` members each, the first of whom is the owner. */
export function* roomsOf(rooms: number, members: number): Iterable<Job> {
  for (let i = 0; i < rooms; i += 1) {
    const [id, name] = [roomId(i), `Room ${i}`];
    const userIdOf = (member: number) => userId(i * members + member);
    const room = {
      id,
      kind: 'public',
      name,
      nameKey: nameKey(name),
      topic: '',
      userId: userIdOf(0),
      maxRooms: 0,
    };
    yield { mutation: 'createRoom', input: room };
    for (let member = 1; member < members; member += 1) {
      yield { mutation: 'joinRoom', input: { roomId: id, actorId: userIdOf(member) } };
    }
  }
}

const TOKEN_MS = 12 * 3_600_000;

/** Returns a token as the server would sign it. */
export function tokenOf(user: number): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const claims = { sub: userId(user), sid: `session-${user}`, iss: 'charla', iat: now };
  const body = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ ...claims, exp: now + TOKEN_MS / 1000 })}`;
  return `${body}.${createHmac('sha256', JWT_SECRET).update(body).digest('base64url')}`;
}
