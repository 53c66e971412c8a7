import { randomInt } from 'node:crypto';
import { ChatError, type ErrorCode } from '../../protocol/errors.ts';
import type { Me } from '../../protocol/resources.ts';
import {
  meOf,
  NO_PASSWORD,
  noEmailKey,
  type Account,
  type SessionRecord,
} from '../../store/mapping/accounts.ts';
import * as accounts from '../../store/queries/accounts.ts';
import * as identities from '../../store/queries/identities.ts';
import { deleteResetTokens } from '../../store/queries/reset-tokens.ts';
import { deleteSessions, findSession } from '../../store/queries/sessions.ts';
import type { Tx } from '../../store/transaction.ts';
import { colorFor, nthName, type Name } from '../names.ts';
import type { OutsidePerson } from '../outside-person.ts';
import { addSession } from './accounts.ts';

/** A session of somebody whose account is not known yet, and the id that a new account of theirs gets. */
interface Arrival {
  readonly person: OutsidePerson;
  readonly newUserId: string;
  readonly session: Omit<SessionRecord, 'userId'>;
}

interface Arrived {
  readonly me: Me;
  /** Sessions that this ended, which were of this account. */
  readonly endedSessions: string[];
}

/** Signs in somebody whom an OpenID provider sends. Throws `forbidden` where the account is disabled. */
export async function openOutsideSession(tx: Tx, arrival: Arrival): Promise<Arrived> {
  const { account, endedSessions } = await accountOf(tx, arrival, 'forbidden');
  const more = await addSession(tx, { ...arrival.session, userId: account.id });
  return { me: meOf(account), endedSessions: [...endedSessions, ...more] };
}

/**
 * Opens the session that a host's token stands for, when the token is used for the first time. Throws `session_revoked`
 * where that session has ended, or the account is disabled. `forgetAt`: when nobody accepts the token any more.
 */
export async function openHostSession(
  tx: Tx,
  arrival: Arrival & { readonly forgetAt: number },
): Promise<Arrived> {
  const { session, forgetAt } = arrival;
  const { account, endedSessions } = await accountOf(tx, arrival, 'session_revoked');
  if (await identities.isKnownHostToken(tx.db, session.id)) {
    // Two requests may come with a new token at once.
    const isOpen = await findSession(tx.db, account.id, session.id);
    if (!isOpen) throw new ChatError('session_revoked');
    return { me: meOf(account), endedSessions };
  }
  const token = { sessionId: session.id, userId: account.id, expiresAt: forgetAt };
  await identities.insertHostToken(tx.db, token, session.createdAt);
  const more = await addSession(tx, { ...session, userId: account.id });
  return { me: meOf(account), endedSessions: [...endedSessions, ...more] };
}

/** Finds the account by issuer and subject, else by a verified email, else makes one. */
async function accountOf(
  tx: Tx,
  { person, newUserId, session: { createdAt } }: Arrival,
  whenDisabled: ErrorCode,
): Promise<{ account: Account; endedSessions: string[] }> {
  const { issuer, subject, email } = person;
  const knownId = await identities.findUserOfIdentity(tx.db, person);
  const known = knownId === undefined ? undefined : await accounts.findAccount(tx.db, knownId);
  if (known) return { account: requireEnabled(known, whenDisabled), endedSessions: [] };

  const holder = email && (await accounts.findAccountByEmail(tx.db, email.key));
  const isVerified = email?.isVerified ?? false;
  const addIdentity = ({ id: userId }: Account) =>
    identities.insertIdentity(tx.db, { issuer, subject, userId, isVerified, createdAt });
  if (holder && isVerified) {
    const taken = await takeOver(tx, requireEnabled(holder, whenDisabled));
    await addIdentity(taken.account);
    return taken;
  }
  // An email that the issuer does not vouch for opens no account that has it.
  const own = holder ? null : email;
  const { name, key: nameKey } = await freeName(tx, person.name);
  const account = await accounts.insertAccount(tx.db, {
    id: newUserId,
    email: own?.address ?? '',
    emailKey: own?.key ?? noEmailKey(newUserId),
    name,
    nameKey,
    color: colorFor(name),
    passwordHash: NO_PASSWORD,
    isAdmin: false,
    createdAt,
  });
  await addIdentity(account);
  return { account, endedSessions: [] };
}

/**
 * Gives an account to whoever has proved that its email is theirs. Nobody has proved that before: whoever made the
 * account may have used somebody else's address. So whatever opened it until now opens it no longer.
 */
async function takeOver(
  tx: Tx,
  { id: userId }: Account,
): Promise<{ account: Account; endedSessions: string[] }> {
  await identities.deleteUnverifiedIdentities(tx.db, userId);
  await deleteResetTokens(tx.db, userId);
  const endedSessions = await deleteSessions(tx.db, userId);
  const account = await accounts.updateAccount(tx.db, userId, { passwordHash: NO_PASSWORD });
  return { account, endedSessions };
}

function requireEnabled(account: Account, whenDisabled: ErrorCode): Account {
  if (!account.isDisabled) return account;
  throw new ChatError(whenDisabled, { message: 'This account is disabled; ask an admin' });
}

/** So many names are tried in order; a number at random is then as good as certain to be free. */
const IN_ORDER = 20;

async function freeName(tx: Tx, wanted: string): Promise<Name> {
  for (let nth = 1; ; nth += 1) {
    const name = nthName(wanted, nth <= IN_ORDER ? nth : randomInt(1000, 100_000_000));
    if (!(await accounts.findAccountByName(tx.db, name.key))) return name;
  }
}
