// @ts-check
/** @import { ErrorDetail } from '../../src/protocol/errors.ts' */

/** A refusal by the server, or a failure to reach it (`statusCode` 0, code `unreachable`). */
export class ApiError extends Error {
  /**
   * @param {{ statusCode: number, code: string, message: string, details?: readonly ErrorDetail[],
   *   retryAfter?: number }} refusal `retryAfter` in seconds
   */
  constructor({ statusCode, code, message, details = [], retryAfter = 0 }) {
    super(message);
    this.name = 'ApiError';
    this.statusCode = statusCode;
    this.code = code;
    this.details = details;
    this.retryAfter = retryAfter;
  }
}
