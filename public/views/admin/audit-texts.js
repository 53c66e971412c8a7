// @ts-check
/** @import { AuditAction } from '../../../src/chat/audit-entry.ts' */
/** @import { AuditEntry } from '../../../src/protocol/administration.ts' */
/** @import { TextKey } from '../../i18n/translate.js' */
import { t, tParts } from '../../i18n/translate.js';

/** @type {Record<AuditAction, TextKey>} */
const TEXTS = {
  added: 'audit.added',
  'role changed': 'audit.roleChanged',
  removed: 'audit.removed',
  banned: 'audit.banned',
  'ban lifted': 'audit.banLifted',
  'invite made': 'audit.inviteMade',
  'invite revoked': 'audit.inviteRevoked',
  'message deleted': 'audit.messageDeleted',
  'room updated': 'audit.roomUpdated',
  'room deleted': 'audit.roomDeleted',
  'hook added': 'audit.hookAdded',
  'hook resumed': 'audit.hookResumed',
  'hook deleted': 'audit.hookDeleted',
  'made admin': 'audit.madeAdmin',
  'admin no more': 'audit.adminNoMore',
  'account created': 'audit.accountCreated',
  'account disabled': 'audit.accountDisabled',
  'account enabled': 'audit.accountEnabled',
  'account deleted': 'audit.accountDeleted',
  'session ended': 'audit.sessionEnded',
  'sessions ended': 'audit.sessionsEnded',
  'reset link made': 'audit.resetLinkMade',
  'password changed': 'audit.passwordChanged',
  'password reset': 'audit.passwordReset',
  'bot created': 'audit.botCreated',
  'bot token renewed': 'audit.botTokenRenewed',
  'bot deleted': 'audit.botDeleted',
};

/** @type {Record<string, TextKey>} invites that belong to no room let people onto the server */
const ONTO_SERVER = {
  'invite made': 'audit.serverInviteMade',
  'invite revoked': 'audit.serverInviteRevoked',
};

/** @type {Record<string, TextKey>} */
const ROLES = { owner: 'person.owner', moderator: 'person.moderator', member: 'person.member' };

/** @type {Record<string, TextKey>} */
const FIELDS = { name: 'room.name', topic: 'room.topic', slowModeSeconds: 'room.slowMode' };

/**
 * Returns what an entry of the audit log tells, in parts.
 *
 * @template Value
 * @param {AuditEntry} entry
 * @param {{ actor: Value, user: Value, room: Value }} names as they are shown
 * @returns {(Value | string)[]}
 */
export function auditText({ action, roomId, details }, names) {
  const key =
    (roomId === null && ONTO_SERVER[action]) ||
    /** @type {Record<string, TextKey>} */ (TEXTS)[action];
  // Unknown where a newer server wrote it, before this one was started in its place.
  const values = { ...names, action, role: roleOf(details), fields: fieldsOf(details) };
  return tParts(key ?? 'audit.unknown', values);
}

/** @param {AuditEntry['details']} details */
function roleOf(details) {
  const role = ROLES[String(details?.['role'])];
  return role ? t(role) : '';
}

/**
 * What was changed of a room: of public ones the log has the values, of others only the names.
 *
 * @param {AuditEntry['details']} details
 */
function fieldsOf(details) {
  const { changed } = details ?? {};
  const names = Array.isArray(changed) ? changed : Object.keys(details ?? {});
  return names
    .flatMap((name) => FIELDS[String(name)] ?? [])
    .map((field) => t(field))
    .join(', ');
}
