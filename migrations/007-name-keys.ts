import { sql, type Kysely, type RawBuilder } from 'kysely';
import { caseFold } from '../public/shared/case-fold.js';
import { nameKey } from '../public/shared/name-key.js';

/*
 * The keys of names were without case only; now they are without compatibility forms and invisible
 * characters, too. Of names that have become one, the oldest stays as it is, and the others get a number, as
 * in "Ana 2": all of them can sign in, be told apart, be mentioned, and take another name.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await rekey(db, 'users', sql<number>`1`, nameKey);
  await rekey(db, 'rooms', sql<number>`kind = 'public'`, nameKey);
  await copyToMembers(db);
}

/** Names with different keys of the new kind have different ones of the old kind. */
export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of ['users', 'rooms']) await rekey(db, table, sql<number>`0`, caseFold);
  await copyToMembers(db);
}

interface Named {
  readonly id: string;
  readonly name: string;
  readonly name_key: string;
  /** 1 where no other row may have its key. */
  readonly is_unique: number;
}

async function rekey(
  db: Kysely<unknown>,
  tableName: string,
  isUnique: RawBuilder<number>,
  keyOf: (name: string) => string,
): Promise<void> {
  const table = sql.table(tableName);
  const { rows } = await sql<Named>`select id, name, name_key, ${isUnique} as is_unique
    from ${table} order by created_at, id`.execute(db);
  const changed = rekeyed(rows, keyOf);
  // A key may be another row's until that one has its own: no name has a control character.
  for (const { id } of changed) {
    await sql`update ${table} set name_key = ${`\u0001${id}`} where id = ${id}`.execute(db);
  }
  for (const { id, name, name_key } of changed) {
    await sql`update ${table} set name = ${name}, name_key = ${name_key}
      where id = ${id}`.execute(db);
  }
}

/** The rows that get another key, or another name, too; of two with one key the first keeps its name. */
function rekeyed(rows: readonly Named[], keyOf: (name: string) => string): Named[] {
  const changed: Named[] = [];
  const clashing: Named[] = [];
  const taken = new Set(['']);
  for (const row of rows) {
    const key = keyOf(row.name);
    if (row.is_unique === 1 && taken.has(key)) clashing.push(row);
    else if (key !== row.name_key) changed.push({ ...row, name_key: key });
    if (row.is_unique === 1) taken.add(key);
  }
  const numbers = new Map<string, number>();
  for (const row of clashing) {
    const clash = keyOf(row.name);
    for (let number = numbers.get(clash) ?? 2; ; number += 1) {
      const name = withNumber(row.name, number);
      const key = keyOf(name);
      if (taken.has(key)) continue;
      changed.push({ ...row, name, name_key: key });
      taken.add(key);
      numbers.set(clash, number + 1);
      break;
    }
  }
  return changed;
}

const MAX_NAME = 50;

/** As much of a name as fits, in whole characters, and a number. */
function withNumber(name: string, number: number): string {
  const suffix = ` ${number}`;
  // Nothing is worth keeping of a name that nobody can see.
  const visible = nameKey(name) === '' ? '' : name;
  let kept = '';
  for (const { segment } of new Intl.Segmenter().segment(visible)) {
    if ([...kept, ...segment, ...suffix].length > MAX_NAME) break;
    kept += segment;
  }
  return (kept.trimEnd() || 'Unnamed') + suffix;
}

async function copyToMembers(db: Kysely<unknown>): Promise<void> {
  const current = sql`(select users.name_key from users where users.id = members.user_id)`;
  await sql`update members set name_key = ${current} where name_key != ${current}`.execute(db);
}
