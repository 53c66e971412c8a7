import { describe, expect, it } from 'vitest';
import { ChatError, closeKinds, errorKinds, type ErrorCode } from '../../src/protocol/errors.ts';

/** The contract, repeated here: clients depend on it. */
const statuses: Record<ErrorCode, number> = {
  validation_failed: 400,
  token_missing: 401,
  token_invalid: 401,
  token_expired: 401,
  session_revoked: 401,
  invalid_credentials: 401,
  forbidden: 403,
  quota_exceeded: 403,
  room_not_found: 404,
  message_not_found: 404,
  user_not_found: 404,
  file_not_found: 404,
  invite_not_found: 404,
  not_found: 404,
  method_not_allowed: 405,
  email_taken: 409,
  name_taken: 409,
  room_name_taken: 409,
  idempotency_mismatch: 409,
  last_owner: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
  rate_limited: 429,
  internal_error: 500,
  overloaded: 503,
  shutting_down: 503,
  unavailable: 503,
};

const codes = Object.keys(errorKinds) as ErrorCode[];

describe('the table of errors', () => {
  it('has the codes and statuses of the contract', () => {
    const found = Object.fromEntries(codes.map((code) => [code, errorKinds[code].status]));
    expect(found).toEqual(statuses);
  });

  it.each(codes)('has a message for people for %s', (code) => {
    expect(errorKinds[code].message).toMatch(/^[A-Z].{10,}/);
    expect(new ChatError(code).message).toBe(errorKinds[code].message);
  });

  it('marks as retryable exactly the codes with status 429 and above', () => {
    const retryable = codes.filter((code) => errorKinds[code].retryable);
    expect(retryable.toSorted()).toEqual(codes.filter((code) => statuses[code] >= 429).toSorted());
  });
});

it('has the close codes of the contract', () => {
  const known = Object.entries(closeKinds).map(([reason, { code }]) => [reason, code]);
  expect(Object.fromEntries(known)).toEqual({
    left: 1000,
    going_away: 1001,
    unsupported_data: 1003,
    invalid_utf8: 1007,
    message_too_big: 1009,
    restarting: 1012,
    overloaded: 1013,
    token_expired: 4001,
    session_revoked: 4002,
    removed: 4003,
    room_deleted: 4004,
    flooding: 4008,
    too_slow: 4009,
  });
});

it('keeps the message, details and retryAfter of a ChatError', () => {
  const details = [{ path: '/name', message: 'is too long' }];
  const error = new ChatError('validation_failed', { message: 'No.', details, retryAfter: 5 });
  expect(error).toMatchObject({
    code: 'validation_failed',
    message: 'No.',
    details,
    retryAfter: 5,
  });
  expect(error).toBeInstanceOf(Error);
});
