/**
 * Every refusal: one table for HTTP bodies, WebSocket error frames and whether a retry can succeed. A test compares
 * docs/errors.md with it.
 */
interface ErrorKind {
  /** The HTTP status of the refusal. */
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 429 | 500 | 503;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  /** For people, unless the code that rejects has a more precise message. */
  readonly message: string;
}

const kind = (status: ErrorKind['status'], retryable: boolean, message: string): ErrorKind => ({
  status,
  retryable,
  message,
});

export const errorKinds = {
  validation_failed: kind(400, false, 'The request is not valid; see details'),
  token_missing: kind(401, false, 'Sign in first: send Authorization: Bearer <token>'),
  token_invalid: kind(401, false, 'This token is not one of this server; sign in again'),
  token_expired: kind(401, false, 'This token has expired; sign in again'),
  session_revoked: kind(401, false, 'This session has ended; sign in again'),
  invalid_credentials: kind(401, false, 'Email or password is wrong'),
  forbidden: kind(403, false, 'You may not do this'),
  quota_exceeded: kind(403, false, 'There are as many of these as there may be'),
  room_not_found: kind(404, false, 'There is no such room'),
  message_not_found: kind(404, false, 'There is no such message in this room'),
  user_not_found: kind(404, false, 'There is no such user'),
  file_not_found: kind(404, false, 'There is no such file'),
  invite_not_found: kind(404, false, 'There is no such invite; ask for another link'),
  not_found: kind(404, false, 'There is nothing at this path; see /docs'),
  method_not_allowed: kind(405, false, 'This path has no such method; Allow names those it has'),
  email_taken: kind(409, false, 'An account with this email exists; sign in instead'),
  name_taken: kind(409, false, 'Somebody here has this name; choose another'),
  room_name_taken: kind(409, false, 'A public room has this name; choose another'),
  idempotency_mismatch: kind(
    409,
    false,
    'This clientMsgId was used for another message; use a new one',
  ),
  last_owner: kind(409, false, 'A room needs an owner; make somebody else owner first'),
  payload_too_large: kind(413, false, 'The body is larger than 64 KiB'),
  unsupported_media_type: kind(415, false, 'Send JSON with Content-Type: application/json'),
  rate_limited: kind(429, true, 'Too many requests; wait and try again'),
  internal_error: kind(500, true, 'The server made a mistake; it has been logged'),
  overloaded: kind(503, true, 'The server is busy; wait and try again'),
  shutting_down: kind(503, true, 'The server is stopping; come back in a moment'),
  unavailable: kind(503, true, 'The database is out of reach; nothing was written; try again'),
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof errorKinds;

/** One invalid value. `path` is a JSON pointer into the body, query or frame. */
export interface ErrorDetail {
  readonly path: string;
  readonly message: string;
}

declare global {
  // V8 has it; the page's type check, which reads these types too, does without Node's declarations.
  interface ErrorConstructor {
    stackTraceLimit: number;
  }
}

/** A refusal. Transports turn it into an HTTP body or an error frame. Every other error is a fault of the server. */
export class ChatError extends Error {
  readonly code: ErrorCode;
  /** That of its code, unless HTTP has a more precise one, such as 416 for a range. */
  readonly status: number;
  readonly details: readonly ErrorDetail[] | undefined;
  /** Seconds until a retry may succeed; sent as Retry-After with 429 and 503. */
  readonly retryAfter: number | undefined;
  /**
   * True where the server does not know whether the request was carried out: the database went away during the
   * commit. Neither an ack nor a refusal would be true; a repeat with the same clientMsgId settles it.
   */
  readonly isUnknown: boolean;

  constructor(
    code: ErrorCode,
    options: {
      message?: string | undefined;
      status?: number;
      details?: readonly ErrorDetail[] | undefined;
      retryAfter?: number | undefined;
      isUnknown?: boolean;
    } = {},
  ) {
    // A refusal is no fault, and a stack trace would cost more than the refusal itself.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(options.message ?? errorKinds[code].message);
    Error.stackTraceLimit = stackTraceLimit;
    this.name = 'ChatError';
    this.code = code;
    this.status = options.status ?? errorKinds[code].status;
    this.details = options.details;
    this.retryAfter = options.retryAfter;
    this.isUnknown = options.isUnknown ?? false;
  }
}

interface CloseKind {
  readonly code: number;
  /** Why the server closes. */
  readonly why: string;
  /** What a client does about it. */
  readonly advice: string;
}

const close = (code: number, why: string, advice: string): CloseKind => ({
  code,
  why,
  advice,
});

const RESUME = 'Reconnect with jitter, `after` its last seq';

/**
 * Why the server closes a WebSocket (RFC 6455 section 7.4; 4000–4999 are for applications). A test compares
 * docs/errors.md with it.
 */
export const closeKinds = {
  left: close(1000, 'The user left the room', 'Nothing'),
  going_away: close(1001, 'The server stops, or heard nothing from you', RESUME),
  unsupported_data: close(1003, 'A binary frame', 'Fix the client: frames are JSON text'),
  invalid_utf8: close(1007, 'A text frame that is not UTF-8', 'Fix the client'),
  message_too_big: close(1009, 'A frame over 64 KiB', 'Fix the client: send smaller frames'),
  restarting: close(1012, 'The server restarts', RESUME),
  overloaded: close(1013, 'The server is too busy to serve you', 'Back off, then reconnect'),
  token_expired: close(
    4001,
    'The token has expired',
    'Refresh the token or sign in, then reconnect',
  ),
  session_revoked: close(4002, 'The session was ended', 'Sign in again'),
  removed: close(4003, 'The user was removed from the room, or banned', 'Do not reconnect'),
  room_deleted: close(4004, 'The room was deleted', 'Do not reconnect'),
  flooding: close(4008, 'Too many frames', 'Back off, then reconnect; send less'),
  too_slow: close(4009, 'The client read too slowly', 'Reconnect `after` its last seq'),
} as const satisfies Record<string, CloseKind>;

export type CloseReason = keyof typeof closeKinds;
