import { operatorMutations, type OperatorChange } from '../chat/mutations/operator.ts';
import type { Config } from '../config.ts';
import { ChatError } from '../protocol/errors.ts';
import { commitGroup, type Committer } from '../store/group.ts';
import type { InputOf } from '../store/mutation.ts';
import { openForOperator as openPostgres } from '../store/postgres/operate.ts';
import { openForOperator as openSqlite } from '../store/sqlite/operate.ts';
import type { News } from '../store/cluster.ts';
import { databaseFile, requireDatabase } from './database.ts';

type OperatorMutations = typeof operatorMutations;

/** A database that one command changes once, whether or not servers run on it. */
interface Opened {
  readonly committer: Committer;
  /** Tells the nodes that run of what has changed. */
  tell(news: readonly News[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * Runs a mutation of the operator in a transaction of its own. A server that runs on the database goes on meanwhile, and
 * takes the change in within a second: its transactions and this one wait for each other.
 */
export async function perform<K extends keyof OperatorMutations>(
  config: Config,
  mutation: K,
  input: InputOf<OperatorMutations[K]>,
): Promise<OperatorChange> {
  const opened = await open(config);
  try {
    const job = { mutation, input };
    const { outcomes } = await commitGroup(opened.committer, operatorMutations, [job]);
    const change = changeOf(outcomes[0]!);
    const userId = change.account.id;
    await opened.tell([
      { kind: 'sessions', userId, ended: change.endedSessions },
      { kind: 'user', userId },
    ]);
    return change;
  } finally {
    await opened.close();
  }
}

async function open(config: Config): Promise<Opened> {
  if (config.databaseUrl !== null) return openPostgres(config.databaseUrl);
  requireDatabase(config);
  return { ...(await openSqlite(databaseFile(config))), tell: async () => {} };
}

function changeOf(outcome: Awaited<ReturnType<typeof commitGroup>>['outcomes'][number]) {
  if ('value' in outcome) return outcome.value as OperatorChange;
  if ('refusal' in outcome) throw new ChatError(outcome.refusal.code, { ...outcome.refusal });
  throw new Error(outcome.fault.message);
}
