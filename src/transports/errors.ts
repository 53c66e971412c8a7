import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type, type Static } from 'typebox';
import { http } from '../node-http.ts';
import { ChatError, errorKinds, type ErrorCode } from '../protocol/errors.ts';
import { trackMethods } from './allowed-methods.ts';
import { securityHeaders } from './security-headers.ts';
import { isIgnoredUpgrade } from './server-request.ts';

/** The body of every refusal over HTTP. */
export const ErrorBody = Type.Object(
  {
    statusCode: Type.Integer({ examples: [409] }),
    code: Type.Enum(Object.keys(errorKinds) as ErrorCode[], { examples: ['room_name_taken'] }),
    error: Type.String({ examples: ['Conflict'] }),
    message: Type.String({
      description: 'An explanation for people; may change between versions',
      examples: [errorKinds.room_name_taken.message],
    }),
    details: Type.Optional(
      Type.Array(
        Type.Object({
          path: Type.String({ examples: ['/name'] }),
          message: Type.String({ examples: ['must be string'] }),
        }),
        { description: 'With `validation_failed`: every invalid value, by JSON pointer' },
      ),
    ),
  },
  { $id: 'Error', description: 'Why a request was rejected' },
);

/** The body of a refusal. */
export function toErrorBody(error: ChatError): Static<typeof ErrorBody> {
  const { status, message } = error;
  const details =
    error.code === 'validation_failed' ? (error.details ?? [{ path: '', message }]) : null;
  return {
    statusCode: status,
    code: error.code,
    error: http.STATUS_CODES[status]!,
    message,
    ...(details && { details: [...details] }),
  };
}

/** Fastify's own error codes, and the codes of the contract that replace them. */
const frameworkCodes: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_TYPE: 'unsupported_media_type',
  FST_ERR_ROUTE_NOT_FOUND: 'not_found',
  FST_ERR_NOT_FOUND: 'not_found',
};

/** Fastify's messages for these repeat the path, which may contain anything. */
const pathMessages: Readonly<Record<string, string>> = {
  FST_ERR_BAD_URL: 'This path is not percent-encoded UTF-8',
  FST_ERR_MAX_PARAM_LENGTH: 'A part of this path is too long',
};

/** Turns whatever was thrown into a refusal. Returns null for a fault of the server. */
function toChatError(error: FastifyError | ChatError): ChatError | null {
  if (error instanceof ChatError) return error;
  const known = frameworkCodes[error.code];
  if (known) return new ChatError(known);
  // The remaining 4xx are bodies, paths and headers that could not be parsed.
  const status = error.statusCode ?? 500;
  if (status < 400 || status >= 500) return null;
  return new ChatError(status === 404 ? 'not_found' : 'validation_failed', {
    message: pathMessages[error.code] ?? error.message,
  });
}

/**
 * Sends every refusal, also before an upgrade, in the contract's shape. Call it before adding routes, so that it
 * can tell an unknown path from an unknown method of a known path.
 */
export function registerErrors(app: FastifyInstance): void {
  const methodsOf = trackMethods(app);
  app.setErrorHandler((error: FastifyError, request, reply) => sendError(error, request, reply));
  const refuseUnknown = (request: FastifyRequest, reply: FastifyReply): ChatError => {
    const methods = methodsOf(request.url);
    if (methods.length === 0 || methods.includes(request.method)) return new ChatError('not_found');
    void reply.header('allow', methods.join(', '));
    return new ChatError('method_not_allowed');
  };
  // Before the body arrives, since nothing would read it.
  app.addHook('preParsing', (request, reply, _payload, done) => {
    done(request.is404 ? refuseUnknown(request, reply) : null);
  });
  // A route may also find that there is nothing.
  app.setNotFoundHandler((request, reply) =>
    sendError(refuseUnknown(request, reply), request, reply),
  );
}

export function sendError(
  thrown: FastifyError | ChatError,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  let error = toChatError(thrown);
  if (!error) {
    // The client learns nothing about a fault. The log has everything.
    request.log.error({ err: thrown }, 'request failed');
    error = new ChatError('internal_error');
  }
  request.server.counts.refusals.http[error.code] += 1;
  const { status } = error;
  // After a failed upgrade, Node reads no other request from this socket. A body that is rejected before it has
  // arrived is not awaited.
  if (request.ws || isIgnoredUpgrade(request.raw) || !request.raw.complete) {
    void reply.header('connection', 'close');
  }
  return reply
    .code(status)
    .headers(headersOf(error))
    .type('application/json; charset=utf-8')
    .send(toErrorBody(error));
}

/** The headers of a refusal. */
function headersOf({ status, retryAfter = 1 }: ChatError): Record<string, string> {
  return {
    // No hook ran for Fastify's own refusals, and pages of the documentation have a looser policy.
    ...securityHeaders,
    ...(status === 401 && { 'www-authenticate': 'Bearer' }),
    ...((status === 429 || status === 503) && { 'retry-after': String(retryAfter) }),
  };
}

/** How long the peer has to read a refusal and close, in milliseconds. */
const LINGER_MS = 1000;

/** Sends a refusal on a socket without a Fastify request, and closes the socket. */
export function sendRawError(
  { counts }: FastifyInstance,
  socket: Socket,
  error: ChatError,
  more: Readonly<Record<string, string>> = {},
): void {
  if (socket.destroyed || !socket.writable) return;
  counts.refusals.http[error.code] += 1;
  socket.on('error', () => socket.destroy());
  const body = toErrorBody(error);
  const json = JSON.stringify(body);
  const headers = Object.entries({
    date: new Date().toUTCString(),
    ...headersOf(error),
    ...more,
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(json)),
    connection: 'close',
  });
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${body.statusCode} ${body.error}\r\n${lines.join('')}\r\n${json}`);
  // Unread input would make the system discard what was written. A peer that never closes is cut off.
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(timer));
}
