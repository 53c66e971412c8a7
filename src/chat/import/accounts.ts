import { caseFold } from '../../../public/shared/case-fold.js';
import { BlockLine, UserLine } from '../../protocol/export.ts';
import { compileValidator } from '../../protocol/validate.ts';
import { nameSearch } from '../../store/search/name-search.ts';
import {
  DELETED_NAME,
  deletedNameKey,
  noEmailKey,
  NO_PASSWORD,
} from '../../store/mapping/accounts.ts';
import { colorFor, nameFrom } from '../names.ts';
import { importedId, requireKnown, timeFrom, unfit, type ImportStep } from './step.ts';

const toUser = compileValidator(UserLine);
const toBlock = compileValidator(BlockLine);
const flag = (value: boolean | undefined): 0 | 1 => (value ? 1 : 0);

/** Where an account is found by its email. Nobody signs in to one without an email by a password. */
function emailOf({ id, email, isBot = false, deletedAt, passwordHash }: UserLine) {
  if (deletedAt !== undefined && email !== undefined) {
    throw unfit('email', 'is not for deleted accounts');
  }
  if (isBot && email !== undefined) throw unfit('email', 'is not for bots');
  if (email === undefined) {
    if (passwordHash !== undefined) throw unfit('email', 'is missing');
    return { email: '', email_key: noEmailKey(id) };
  }
  return { email: email.trim(), email_key: caseFold(email.trim()) };
}

const parseUser = (value: object) => {
  const line = toUser(value);
  const isDeleted = line.deletedAt !== undefined;
  const id = importedId(line.id);
  const { name, key } = nameFrom(line.name);
  return {
    id,
    ...emailOf(line),
    ...(isDeleted
      ? { name: DELETED_NAME, name_key: deletedNameKey(id), name_search: '' }
      : { name, name_key: key, name_search: nameSearch(name) }),
    color: line.color ?? colorFor(name),
    password_hash: line.isBot || isDeleted ? NO_PASSWORD : (line.passwordHash ?? null),
    is_admin: flag(line.isAdmin),
    is_bot: flag(line.isBot),
    is_disabled: flag(line.isDisabled ?? isDeleted),
    deleted_at: line.deletedAt === undefined ? null : timeFrom(line.deletedAt, 'deletedAt'),
    created_at: line.createdAt === undefined ? Date.now() : timeFrom(line.createdAt, 'createdAt'),
    summary_language: line.mailSummaries ?? null,
  };
};

export const importUsers: ImportStep<ReturnType<typeof parseUser>> = {
  file: 'users.jsonl',
  what: 'an id, an email or a name',
  parse: parseUser,
  write: (tx, lines, { noPassword }) =>
    tx.insert(
      'users',
      lines.map((line) => ({ ...line, password_hash: line.password_hash ?? noPassword })),
    ),
};

const parseBlock = (value: object) => {
  const line = toBlock(value);
  const [userId, blockedId] = [importedId(line.userId), importedId(line.blockedId)];
  if (userId === blockedId) throw unfit('blockedId', 'is the user who blocks');
  const at = line.createdAt === undefined ? Date.now() : timeFrom(line.createdAt, 'createdAt');
  return { user_id: userId, blocked_id: blockedId, created_at: at };
};

export const importBlocks: ImportStep<ReturnType<typeof parseBlock>> = {
  file: 'blocks.jsonl',
  what: 'a block',
  parse: parseBlock,
  async write(tx, lines) {
    await requireKnown(tx, 'users', lines, (line) => [line.user_id, line.blocked_id]);
    await tx.insert('blocks', lines);
  },
};
