import type { ListUsers } from '../protocol/commands.ts';
import { DEFAULT_LIMIT } from '../protocol/limits.ts';
import { ChatError } from '../protocol/errors.ts';
import type { User } from '../protocol/resources.ts';
import { userOf } from '../store/mapping/accounts.ts';
import * as accounts from '../store/queries/accounts.ts';
import type { Services } from './services.ts';

/** All users of the server by name, or those whose names have words that begin with the query's. */
export function listUsers(
  { store }: Services,
  { query = '', limit = DEFAULT_LIMIT }: ListUsers,
): Promise<User[]> {
  // A search for words reads all names.
  const db = query === '' ? store.pagesDb : store.searchDb;
  return accounts.listUsers(db, query.trim(), limit);
}

export async function getUser({ store }: Services, userId: string): Promise<User> {
  const account = await accounts.findAccount(store.db, userId);
  if (!account) throw new ChatError('user_not_found');
  return userOf(account);
}
