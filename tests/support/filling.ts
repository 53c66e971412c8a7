import { mkdirSync } from 'node:fs';
import { mutations } from '../../src/chat/mutations.ts';
import { colorFor } from '../../src/chat/names.ts';
import { caseFold } from '../../public/shared/case-fold.js';
import { nameKey } from '../../public/shared/name-key.js';
import { commitGroup } from '../../src/store/group.ts';
import type { Job } from '../../src/store/mutation.ts';
import { openDatabaseIn, type OpenDatabase } from './database.ts';
import { dialect } from './dialect.ts';

/*
 * Fills databases before a server runs on them, with the mutations that a server runs. Thousands of
 * mutations take as long as a few requests.
 */

/** Mutations per transaction at most, as in the writer. */
const GROUP = 1000;

export interface Filling {
  /** Runs mutations in groups and returns their results. Throws if one is refused. */
  perform(jobs: Iterable<Job>): Promise<unknown[]>;
  close(): Promise<void>;
}

/** Opens the database of a folder, or creates it. */
export async function openFilling(dataDir: string): Promise<Filling> {
  mkdirSync(dataDir, { recursive: true });
  return fillingOf(await openDatabaseIn(dataDir, dialect()));
}

/** The same for a database that is open. */
export function fillingOf(database: OpenDatabase): Filling {
  const all = { ...mutations, ...database.indexMutations };
  const commit = async (group: Job[]): Promise<unknown[]> => {
    const { outcomes } = await commitGroup(database.committer, all, group);
    return outcomes.map((outcome, i) => {
      if ('value' in outcome) return outcome.value;
      throw new Error(`${JSON.stringify(group[i])}: ${JSON.stringify(outcome)}`);
    });
  };
  return {
    perform: async (jobs) => {
      const values: unknown[] = [];
      let group: Job[] = [];
      for (const job of jobs) {
        group.push(job);
        if (group.length < GROUP) continue;
        values.push(...(await commit(group)));
        group = [];
      }
      if (group.length > 0) values.push(...(await commit(group)));
      return values;
    },
    close: () => database.close(),
  };
}

/**
 * The mutation that registers an account with one session, which lives for `lifeMs`. Without a password
 * hash nobody can sign in.
 */
export function registerJob(input: {
  id: string;
  name?: string;
  email?: string;
  passwordHash?: string;
  sessionId?: string;
  lifeMs?: number;
  asAdmin?: boolean;
}): Job {
  const { id, name = id, email = `${id}@example.org`, passwordHash = '' } = input;
  const { sessionId = `session of ${id}`, lifeMs = 0, asAdmin = false } = input;
  const now = Date.now();
  const account = {
    id,
    email,
    emailKey: caseFold(email),
    name,
    nameKey: nameKey(name),
    color: colorFor(name),
    passwordHash,
    createdAt: now,
  };
  const session = {
    id: sessionId,
    userId: id,
    userAgent: '',
    createdAt: now,
    lastUsedAt: now,
    expiresAt: now + lifeMs,
  };
  return { mutation: 'register', input: { account, session, addressHash: '', asAdmin } };
}

/** The mutation with which a user creates a room. */
export function createRoomJob(input: {
  id: string;
  userId: string;
  name?: string;
  kind?: 'public' | 'private';
}): Job {
  const { id, userId, name = id, kind = 'public' } = input;
  const room = { id, kind, name, nameKey: nameKey(name), topic: '', userId, maxRooms: 0 };
  return { mutation: 'createRoom', input: room };
}
