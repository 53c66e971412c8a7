import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { nameKey } from '../public/shared/name-key.js';
import type { Job } from '../src/store/mutation.ts';
import { openSqlite } from '../tests/support/database.ts';
import { fillingOf } from '../tests/support/filling.ts';
import { people, userId } from './world.ts';

/*
 * The database of a server after years of use: one room with many messages (`big`), many other rooms,
 * and one user (the first) who is a member of all public rooms and of 300 others.
 */

/** Words follow Zipf's law, as in a language: the nth is n times as rare as the first. */
const VOCABULARY = 20_000;
const weights = Array.from({ length: VOCABULARY }, (_, i) => 1 / (i + 1));
const total = weights.reduce((sum, weight) => sum + weight, 0);
const cumulative: number[] = [];
weights.reduce((sum, weight, i) => (cumulative[i] = sum + weight / total), 0);

/** A random generator with a fixed seed, so that every run writes the same data. */
let state = 1;
function random(): number {
  state = (state * 48_271) % 2_147_483_647;
  return state / 2_147_483_647;
}

function word(): string {
  const target = random();
  let [low, high] = [0, VOCABULARY - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cumulative[middle]! < target) low = middle + 1;
    else high = middle;
  }
  return `w${low.toString(36)}`;
}

const sentence = () => Array.from({ length: 4 + Math.floor(random() * 16) }, word).join(' ');

/** The room with most of the messages. */
export const BIG_ROOM = 'big';

const roomId = (i: number) => (i === 0 ? BIG_ROOM : `room-${i}`);

/** Creates rooms, one in ten of them private. */
function* rooms(count: number, users: number): Iterable<Job> {
  for (let i = 0; i < count; i += 1) {
    const kind = i > 0 && i % 10 === 0 ? 'private' : 'public';
    const name = i === 0 ? BIG_ROOM : `Room ${i}`;
    const owner = userId(1 + (i % (users - 1)));
    const room = {
      id: roomId(i),
      kind,
      name,
      nameKey: nameKey(name),
      topic: '',
      userId: owner,
      maxRooms: 0,
    };
    yield { mutation: 'createRoom', input: room };
    if (kind === 'private' && i % 50 !== 0) continue;
    const add = { roomId: room.id, actorId: owner, userId: userId(0), role: undefined };
    yield { mutation: 'putMember', input: add };
  }
  for (let i = 1; i < Math.min(users, 100); i += 1) {
    const ids = { id: `direct-${i}`, actorId: userId(0), userId: userId(i) };
    yield { mutation: 'openDirect', input: ids };
  }
}

function* messages(count: number, roomCount: number, users: number): Iterable<Job> {
  for (let i = 0; i < count; i += 1) {
    const rare = i % 100_000 === 50_000 ? ' needle' : '';
    const mention = i % 1000 === 999 ? ' @Person 0' : '';
    const text = sentence() + rare + mention;
    const author = userId(1 + Math.floor(random() * (users - 1)));
    yield { mutation: 'sendMessages', input: { roomId: BIG_ROOM, userId: author, text } };
    if (i % 50 === 49) {
      const other = roomId(1 + Math.floor(random() * (roomCount - 1)));
      const owner = userId(1 + (Number(other.slice('room-'.length)) % (users - 1)));
      yield { mutation: 'sendMessages', input: { roomId: other, userId: owner, text: sentence() } };
    }
  }
}

/** Fills `dataDir` with this database. Takes minutes, so it reports each step to `progress`. */
export async function fillLongLife(
  dataDir: string,
  size: { messages: number; rooms: number; users: number },
  progress: (step: string) => void,
): Promise<void> {
  mkdirSync(dataDir, { recursive: true });
  const filling = fillingOf(await openSqlite(join(dataDir, 'charla.db')));
  await filling.perform(people(size.users));
  await filling.perform(rooms(size.rooms, size.users));
  progress(`${size.users} people, ${size.rooms} rooms`);
  await filling.perform(messages(size.messages, size.rooms, size.users));
  progress(`${size.messages} messages in one room, and ${size.messages / 50} in the others`);
  const index = async (mutation: 'addToIndex' | 'mergeIndex'): Promise<unknown> =>
    (await filling.perform([{ mutation, input: 1000 }]))[0];
  while (((await index('addToIndex')) as { more: boolean }).more) {
    while (await index('mergeIndex'));
  }
  progress('indexed');
  await filling.close();
}
