import { STATUS_CODES } from 'node:http';
import { expect } from 'vitest';
import { errorKinds, type ErrorCode, type ErrorDetail } from '../../src/protocol/errors.ts';
import { securityHeaders } from '../../src/transports/security-headers.ts';
import type { Answer } from './client.ts';

/** The JSON body of every refusal over HTTP. */
export interface Refusal {
  readonly statusCode: number;
  readonly code: ErrorCode;
  readonly error: string;
  readonly message: string;
  readonly details?: readonly ErrorDetail[];
}

/** Checks the exact body of a refusal and its security headers. `paths` are the paths of its details. */
export function expectRefusal(
  answer: Pick<Answer<unknown>, 'status' | 'headers' | 'body'>,
  code: ErrorCode,
  paths?: readonly string[],
): Refusal {
  const { status } = errorKinds[code];
  expect(answer.body).toEqual({
    statusCode: status,
    code,
    error: STATUS_CODES[status],
    message: expect.stringMatching(/./),
    ...(code === 'validation_failed' && { details: expect.any(Array) }),
  });
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  const refusal = answer.body as Refusal;
  for (const detail of refusal.details ?? []) {
    expect(detail).toEqual({ path: expect.any(String), message: expect.stringMatching(/./) });
  }
  if (paths) {
    const named = new Set(refusal.details?.map(({ path }) => path));
    expect([...named]).toEqual(paths);
  }
  for (const [name, value] of Object.entries(securityHeaders)) {
    expect([name, answer.headers.get(name)]).toEqual([name, value]);
  }
  if (status === 401) expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  if (status === 429 || status === 503) {
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  }
  return refusal;
}
