import { INVITE_ENDS } from '../../public/shared/invite-ends.js';
import { ChatError } from '../protocol/errors.ts';
import type { InviteRecord } from '../store/mapping/invites.ts';
import { isModerator } from './permissions.ts';

/** Why an invite lets nobody in any more; null while it does. `now` is in milliseconds since 1970. */
export function endOf(invite: InviteRecord, now: number): keyof typeof INVITE_ENDS | null {
  if (invite.isRevoked || !mayStillInvite(invite)) return 'revoked';
  if (invite.expiresAt <= now) return 'expired';
  const { maxUses, uses } = invite;
  return maxUses !== null && uses >= maxUses ? 'usedUp' : null;
}

/** An invite ends with its maker's right to invite, and works again if they get it back. */
function mayStillInvite({ room, maker }: InviteRecord): boolean {
  if (maker.isDisabled) return false;
  return room === null
    ? maker.isAdmin
    : isModerator({ ...maker, kind: room.kind, isBanned: false });
}

/** Returns an invite that lets people in; throws `invite_not_found`, which says why, for others. */
export function requireUsable(invite: InviteRecord | undefined, now = Date.now()): InviteRecord {
  if (!invite) throw new ChatError('invite_not_found');
  const end = endOf(invite, now);
  if (end) throw new ChatError('invite_not_found', { message: INVITE_ENDS[end] });
  return invite;
}
