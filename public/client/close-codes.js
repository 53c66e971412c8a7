// @ts-check

/** @typedef {'left' | 'signed_out' | 'removed' | 'deleted' | 'done'} ClosedReason `done`: closed by this side */

/** @type {Record<number, ClosedReason>} close codes after which the client does not reconnect */
export const FINAL_CODES = { 1000: 'left', 4003: 'removed', 4004: 'deleted' };

/** @type {Record<string, ClosedReason>} refusals over HTTP that mean the same as a final close code */
export const FINAL_REFUSALS = { forbidden: 'removed', room_not_found: 'deleted' };

/** @type {Record<number, { code: string, message: string }>} close codes after which the client waits for longer, and why */
export const OVERLOAD_CODES = {
  1013: { code: 'overloaded', message: 'The server is busy.' },
  4008: { code: 'flooding', message: 'Too much was sent at once. Please wait a moment.' },
};

/** The connection was lost without a close. */
export const LOST = 1006;
export const TOKEN_EXPIRED = 4001;
export const SESSION_REVOKED = 4002;
