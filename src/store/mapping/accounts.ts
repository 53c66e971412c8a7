import type { AdminUser } from '../../protocol/administration.ts';
import type { MailSummaries } from '../../protocol/mail-summaries.ts';
import type { Author, Me, User } from '../../protocol/resources.ts';
import type { Insertable } from 'kysely';
import type { Database, NewUserRow, SessionRow, UserRow } from '../tables.ts';
import { isoTime } from './time.ts';

/*
 * From rows to what the rest of the server works with, and back. Snake case, 0 and 1, and JSON text end in this
 * folder: above it everything is camel case, booleans and arrays. Times are ISO 8601 strings in resources, and
 * milliseconds since 1970 in records.
 */

type NewSessionRow = Insertable<Database['sessions']>;

const toFlag = (value: boolean): 0 | 1 => (value ? 1 : 0);

/** An account, with what only the server knows of it. */
export interface Account extends AdminUser {
  readonly nameKey: string;
  readonly passwordHash: string;
  /** Whether its owner has deleted it. */
  readonly isDeleted: boolean;
  readonly mailSummaries: MailSummaries;
}

export interface NewAccount {
  readonly id: string;
  readonly email: string;
  readonly emailKey: string;
  readonly name: string;
  readonly nameKey: string;
  readonly color: string;
  readonly passwordHash: string;
  readonly isAdmin: boolean;
  readonly isBot?: boolean;
  /** In milliseconds since 1970. */
  readonly createdAt: number;
}

/** What stands where other accounts have the hash of a password: none matches it. */
export const NO_PASSWORD = '';

/** What stands where other accounts are found by their email: no key of an email has capital letters. */
export const noEmailKey = (userId: string): string => `NONE ${userId}`;

/** What stands where other accounts are found by their name. No key of a name has capital letters. */
export const deletedNameKey = (userId: string): string => `DELETED ${userId}`;

/** What an account is called that its owner has deleted. */
export const DELETED_NAME = 'Deleted user';
export const DELETED_COLOR = '#6b7280';

export interface AccountChanges {
  name?: string;
  nameKey?: string;
  color?: string;
  passwordHash?: string;
  isAdmin?: boolean;
  isDisabled?: boolean;
  mailSummaries?: MailSummaries;
  /** The position of the log up to which summaries have told. */
  summaryPos?: number;
}

export function toUser(
  row: Pick<UserRow, 'id' | 'name' | 'color' | 'created_at' | 'is_admin' | 'is_bot'>,
): User {
  return {
    id: row.id,
    name: row.name,
    color: row.color,
    createdAt: isoTime(row.created_at),
    isAdmin: row.is_admin === 1,
    isBot: row.is_bot === 1,
  };
}

export function toAccount(row: UserRow): Account {
  return {
    ...toUser(row),
    email: row.email === '' ? null : row.email,
    isDisabled: row.is_disabled === 1,
    nameKey: row.name_key,
    passwordHash: row.password_hash,
    isDeleted: row.deleted_at !== null,
    mailSummaries: row.summary_language ?? 'off',
  };
}

/** An account, as everybody may see it. */
export function userOf({ id, name, color, createdAt, isAdmin, isBot }: User): User {
  return { id, name, color, createdAt, isAdmin, isBot };
}

/** An account, as its owner sees it. */
export function meOf(account: Account): Me {
  const { email, mailSummaries } = account;
  const hasPassword = account.passwordHash !== NO_PASSWORD;
  return { ...userOf(account), email, mailSummaries, hasPassword };
}

/** An account, as admins see it. */
export function adminUserOf(account: Account): AdminUser {
  const { email, isDisabled } = account;
  return { ...userOf(account), email, isDisabled };
}

export function authorOf({ id, name, color }: Author): Author {
  return { id, name, color };
}

export function toUserRow(account: NewAccount): NewUserRow {
  return {
    id: account.id,
    email: account.email,
    email_key: account.emailKey,
    name: account.name,
    name_key: account.nameKey,
    color: account.color,
    password_hash: account.passwordHash,
    is_admin: toFlag(account.isAdmin),
    is_bot: toFlag(account.isBot ?? false),
    created_at: account.createdAt,
  };
}

/** The columns that a change of an account sets. */
export function toUserColumns({
  name,
  nameKey,
  color,
  passwordHash,
  isAdmin,
  isDisabled,
  mailSummaries,
  summaryPos,
}: AccountChanges) {
  return {
    ...(name !== undefined && { name }),
    ...(nameKey !== undefined && { name_key: nameKey }),
    ...(color !== undefined && { color }),
    ...(passwordHash !== undefined && { password_hash: passwordHash }),
    ...(isAdmin !== undefined && { is_admin: toFlag(isAdmin) }),
    ...(isDisabled !== undefined && { is_disabled: toFlag(isDisabled) }),
    ...(mailSummaries !== undefined && {
      summary_language: mailSummaries === 'off' ? null : mailSummaries,
    }),
    ...(summaryPos !== undefined && { summary_pos: summaryPos }),
  };
}

/** A session that has not ended. Times are milliseconds since 1970. */
export interface SessionRecord {
  readonly id: string;
  readonly userId: string;
  readonly userAgent: string;
  readonly createdAt: number;
  readonly lastUsedAt: number;
  /** When its newest token expires. */
  readonly expiresAt: number;
}

/** An API token. Times are milliseconds since 1970. */
export interface TokenRecord {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly hash: string;
  readonly createdAt: number;
  /** 0 for never. */
  readonly lastUsedAt: number;
  /** `NEVER` where it does not expire. */
  readonly expiresAt: number;
}

export function toSession(row: SessionRow): SessionRecord {
  return {
    id: row.id,
    userId: row.user_id,
    userAgent: row.user_agent,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    expiresAt: row.expires_at,
  };
}

export function toSessionRow(session: SessionRecord): NewSessionRow {
  return {
    id: session.id,
    user_id: session.userId,
    user_agent: session.userAgent,
    created_at: session.createdAt,
    last_used_at: session.lastUsedAt,
    expires_at: session.expiresAt,
  };
}

export function toToken(row: SessionRow): TokenRecord {
  const { userAgent: _, ...session } = toSession(row);
  return { ...session, name: row.token_name!, hash: row.token_hash! };
}

export function toTokenRow({ name, hash, ...session }: TokenRecord): NewSessionRow {
  return { ...toSessionRow({ ...session, userAgent: '' }), token_name: name, token_hash: hash };
}
