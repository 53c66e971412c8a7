// @ts-check

/**
 * Why an invite no longer lets anybody in, in the server's words. All three are refused with one code, and the page says
 * in its own language which it was.
 */
export const INVITE_ENDS = /** @type {const} */ ({
  revoked: 'This invite was revoked; ask for another',
  expired: 'This invite has expired; ask for another',
  usedUp: 'This invite has been used up; ask for another',
});
