import { ChatError } from '../protocol/errors.ts';
import { DEFAULT_LIMIT, type ListUsers } from '../protocol/commands.ts';
import type { User } from '../protocol/resources.ts';
import * as store from '../store/queries/accounts.ts';
import { toUser } from '../store/mapping.ts';
import type { Services } from './services.ts';

/** Everybody on this server by name, or those whose names have words that begin with the query's. */
export async function listUsers(
  services: Services,
  { query = '', limit = DEFAULT_LIMIT }: ListUsers,
): Promise<User[]> {
  // Words are looked for by walking through names.
  const db = query === '' ? services.store.pagesDb : services.store.searchDb;
  return (await store.listUsers(db, query.trim(), limit)).map(toUser);
}

export async function getUser(services: Services, userId: string): Promise<User> {
  const row = await store.findUser(services.store.db, userId);
  if (!row) throw new ChatError('user_not_found');
  return toUser(row);
}
