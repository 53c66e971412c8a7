import { sql, type Kysely } from 'kysely';
import type { User } from '../../protocol/resources.ts';
import {
  toAccount,
  toUser,
  toUserColumns,
  toUserRow,
  type Account,
  type AccountChanges,
  type NewAccount,
} from '../mapping/accounts.ts';
import { PreparedQuery } from '../query.ts';
import { hasWords, nameSearch } from '../search/name-search.ts';
import type { Database } from '../tables.ts';
import type { Tx } from '../transaction.ts';
import { stringsIn } from '../values.ts';

type Db = Kysely<Database>;

async function findBy(
  db: Db,
  column: 'id' | 'email_key' | 'name_key',
  value: string,
): Promise<Account | undefined> {
  const row = await db.selectFrom('users').selectAll().where(column, '=', value).executeTakeFirst();
  return row && toAccount(row);
}

export const findAccount = (db: Db, userId: string) => findBy(db, 'id', userId);
export const findAccountByEmail = (db: Db, emailKey: string) => findBy(db, 'email_key', emailKey);
export const findAccountByName = (db: Db, nameKey: string) => findBy(db, 'name_key', nameKey);

export async function insertAccount(db: Db, account: NewAccount): Promise<Account> {
  const row = await db
    .insertInto('users')
    .values({ ...toUserRow(account), name_search: nameSearch(account.name) })
    .returningAll()
    .executeTakeFirstOrThrow();
  return toAccount(row);
}

const usersById = new PreparedQuery((db, its: { ids: string }) =>
  db
    .selectFrom(stringsIn(its.ids).as('asked'))
    .innerJoin('users', 'users.id', 'asked.value')
    .select(['users.id', 'users.name', 'users.color', 'users.created_at'])
    .select(['users.is_admin', 'users.is_bot']),
);

/** The users of some ids. */
export async function findUsers(db: Db, ids: readonly string[]): Promise<User[]> {
  return (await usersById.all(db, { ids: JSON.stringify(ids) })).map(toUser);
}

/** Admins whose accounts are not disabled. */
export async function countAdmins(db: Db): Promise<number> {
  const row = await db
    .selectFrom('users')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    // The literal of the index: with a bound value SQLite cannot tell that the index applies.
    .where('is_admin', '=', sql.lit(1 as const))
    .where('is_disabled', '=', 0)
    .executeTakeFirstOrThrow();
  return row.n;
}

/** Sets what is given. */
export async function updateAccount(
  db: Db,
  userId: string,
  changes: AccountChanges,
): Promise<Account> {
  const { name, nameKey } = changes;
  if (nameKey !== undefined) {
    // Some 10 us for each of their rooms.
    await db
      .updateTable('members')
      .set({ name_key: nameKey })
      .where('user_id', '=', userId)
      .where('name_key', '!=', nameKey)
      .execute();
  }
  const row = await db
    .updateTable('users')
    .set({
      ...toUserColumns(changes),
      ...(name !== undefined && { name_search: nameSearch(name) }),
    })
    .where('id', '=', userId)
    .returningAll()
    .executeTakeFirstOrThrow();
  return toAccount(row);
}

const lastNames = new PreparedQuery((db, its: { keys: string }) =>
  db
    .selectFrom(stringsIn(its.keys).as('wanted'))
    .innerJoin('users', (join) =>
      join.on('users.name_key', '=', (eb) =>
        eb
          .selectFrom('users as one')
          .select(({ fn }) => fn.max('one.name_key').as('last'))
          .whereRef('one.name_key', '<=', 'wanted.value'),
      ),
    )
    .select(['wanted.value', 'users.id', 'users.name_key']),
);

/**
 * For each key, the last name key that is equal to it or sorts before it by code points, and the user who has
 * it. A key that sorts before all names has no entry.
 */
export async function lastNamesUpTo(
  tx: Tx,
  keys: ReadonlySet<string>,
): Promise<Map<string, { id: string; nameKey: string }>> {
  const rows = await tx.all(lastNames, { keys: JSON.stringify([...keys]) });
  return new Map(rows.map(({ value, id, name_key }) => [value, { id, nameKey: name_key }]));
}

/** Users by name, whose names have words that begin with those of `query`; '' for all. */
export async function listUsers(db: Db, query: string, limit: number): Promise<User[]> {
  const users = db
    .selectFrom('users')
    .selectAll()
    // A disabled bot is deleted.
    .where((eb) => eb.not(eb.and([eb('is_bot', '=', 1), eb('is_disabled', '=', 1)])))
    .where('deleted_at', 'is', null)
    .orderBy('name_key')
    .limit(limit);
  const found = query === '' ? users : users.where(hasWords(sql.ref('name_search'), query));
  return (await found.execute()).map(toUser);
}
