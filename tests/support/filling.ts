import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { mutations } from '../../src/chat/mutations.ts';
import { colorFor } from '../../src/chat/names.ts';
import { caseFold } from '../../public/shared/case-fold.js';
import { nameKey } from '../../public/shared/name-key.js';
import { commitGroup } from '../../src/store/group.ts';
import type { Job } from '../../src/store/mutation.ts';
import { migrateToLatest } from '../../src/store/migrate.ts';
import { checkIndex } from '../../src/store/sqlite/fts5-index.ts';
import { Writable } from '../../src/store/sqlite/writable.ts';

/*
 * Fills databases, before a server runs on them, by the very mutations that a server performs: thousands
 * of them take as long as a few requests do.
 */

/** The most mutations of one transaction, as in the writer. */
const GROUP = 1000;

export interface Filling {
  /** Performs mutations in groups and returns what each returned; throws where one is refused. */
  perform(jobs: Iterable<Job>): Promise<unknown[]>;
  close(): Promise<void>;
}

/** Opens the database of a folder, or makes one. */
export async function openFilling(dataDir: string): Promise<Filling> {
  mkdirSync(dataDir, { recursive: true });
  const writable = new Writable(join(dataDir, 'charla.db'));
  const { db } = writable;
  await migrateToLatest(db);
  await checkIndex(db);
  const all = { ...mutations, ...writable.searchIndex.mutations() };
  const commit = async (group: Job[]): Promise<unknown[]> => {
    const { outcomes } = await commitGroup(writable, all, group);
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
    close: () => db.destroy(),
  };
}

/** The act of somebody who signs up, with a session of `lifeMs`; `asAdmin` as by the setup code. */
export function registerJob(input: {
  id: string;
  name: string;
  email: string;
  passwordHash: string;
  sessionId: string;
  lifeMs: number;
  asAdmin?: boolean;
}): Job {
  const { id, name, email, passwordHash, sessionId, lifeMs, asAdmin = false } = input;
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
