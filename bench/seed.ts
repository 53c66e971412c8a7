import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import bcrypt from 'bcryptjs';
import { acts } from '../src/chat/acts.ts';
import { colorFor } from '../src/chat/names.ts';
import { fold } from '../src/protocol/fold.ts';
import { commitGroup, type Job } from '../src/store/group-commit.ts';
import { migrateToLatest } from '../src/store/migrate.ts';
import { checkIndex, indexNext } from '../src/store/search.ts';
import { kyselyOn, openForWriting } from '../src/store/sqlite.ts';

/*
 * Fills a folder with a server's long life, by the very acts that a server performs: one room with
 * many messages (`big`), many rooms, and somebody who is in all public ones and in 300 others.
 *
 *   npm run bench:seed -- <DATA_DIR>
 *
 * Sign in as ana@example.org, `correct horse battery`.
 */
const MESSAGES = Number(process.env['MESSAGES'] ?? 1_000_000);
const ROOMS = Number(process.env['ROOMS'] ?? 10_000);
const USERS = Number(process.env['USERS'] ?? 1000);
const GROUP = 1000;

const dataDir = process.argv[2];
if (!dataDir) throw new Error('Name the folder to fill: bench/seed.ts <DATA_DIR>');
mkdirSync(dataDir, { recursive: true });
const db = kyselyOn(openForWriting(join(dataDir, 'charla.db')));
await migrateToLatest(db);
await checkIndex(db);

const start = Date.now();
const progress = (what: string) =>
  console.log(`${((Date.now() - start) / 1000).toFixed(1)} s: ${what}`);

/** Performs acts in groups, as the writer does; one that is refused is a mistake of this script. */
async function perform(jobs: Iterable<Job>): Promise<void> {
  let group: Job[] = [];
  const commit = async () => {
    const { outcomes } = await commitGroup(db, acts, group);
    const bad = outcomes.find((outcome) => !('value' in outcome));
    if (bad) throw new Error(JSON.stringify(bad));
    group = [];
  };
  for (const job of jobs) {
    group.push(job);
    if (group.length === GROUP) await commit();
  }
  await commit();
}

/** Words by Zipf's law, as in a language: the nth is n times as rare as the first. */
const VOCABULARY = 20_000;
const weights = Array.from({ length: VOCABULARY }, (_, i) => 1 / (i + 1));
const total = weights.reduce((sum, weight) => sum + weight, 0);
const sums: number[] = [];
weights.reduce((sum, weight, i) => (sums[i] = sum + weight / total), 0);

/** The same on every run. */
let state = 1;
function random(): number {
  state = (state * 48_271) % 2_147_483_647;
  return state / 2_147_483_647;
}

function word(): string {
  const wanted = random();
  let [low, high] = [0, VOCABULARY - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sums[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return `w${low.toString(36)}`;
}

const sentence = () => Array.from({ length: 4 + Math.floor(random() * 16) }, word).join(' ');

const userId = (i: number) => `user-${i}`;
const nameOf = (i: number) => (i === 0 ? 'Ana' : `Person ${i}`);
const password_hash = bcrypt.hashSync('correct horse battery', 4);

function* people(): Iterable<Job> {
  for (let i = 0; i < USERS; i += 1) {
    const name = nameOf(i);
    const email = i === 0 ? 'ana@example.org' : `person-${i}@example.org`;
    const now = Date.now();
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
      user_agent: 'seed',
      created_at: now,
      last_used_at: now,
      expires_at: now,
    };
    yield { act: 'register', input: { user, session } };
  }
}

const roomId = (i: number) => (i === 0 ? 'big' : `room-${i}`);

/** One in ten is private; the person that made a room sends a little to it. */
function* rooms(): Iterable<Job> {
  for (let i = 0; i < ROOMS; i += 1) {
    const kind = i > 0 && i % 10 === 0 ? 'private' : 'public';
    const name = i === 0 ? 'big' : `Room ${i}`;
    const owner = userId(1 + (i % (USERS - 1)));
    const room = { id: roomId(i), kind, name, nameKey: fold(name), topic: '', userId: owner };
    yield { act: 'createRoom', input: room };
    if (kind === 'private' && i % 50 !== 0) continue;
    const add = { roomId: room.id, actorId: owner, userId: userId(0), role: undefined };
    yield { act: 'putMember', input: add };
  }
  for (let i = 1; i < Math.min(USERS, 100); i += 1) {
    const ids = { id: `direct-${i}`, actorId: userId(0), userId: userId(i) };
    yield { act: 'openDirect', input: ids };
  }
}

function* messages(): Iterable<Job> {
  for (let i = 0; i < MESSAGES; i += 1) {
    const rare = i % 100_000 === 50_000 ? ' needle' : '';
    const mention = i % 1000 === 999 ? ' @Ana' : '';
    const text = sentence() + rare + mention;
    const author = userId(1 + Math.floor(random() * (USERS - 1)));
    yield { act: 'sendMessages', input: { roomId: 'big', userId: author, text } };
    if (i % 50 === 49) {
      const other = roomId(1 + Math.floor(random() * (ROOMS - 1)));
      const owner = userId(1 + (Number(other.slice('room-'.length)) % (USERS - 1)));
      yield { act: 'sendMessages', input: { roomId: other, userId: owner, text: sentence() } };
    }
  }
}

await perform(people());
progress(`${USERS} people`);
await perform(rooms());
progress(`${ROOMS} rooms`);
await perform(messages());
progress(`${MESSAGES} messages in one room, and ${Math.floor(MESSAGES / 50)} in the others`);
for (let more = true; more;) ({ more } = await indexNext(db, 1000));
progress('indexed');
await db.destroy();
