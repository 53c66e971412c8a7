import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type, type Static } from 'typebox';
import { ChatError, errorKinds, type ErrorCode } from '../protocol/errors.ts';
import { trackMethods } from './allowed-methods.ts';
import { securityHeaders } from './security-headers.ts';
import { isPassedOver } from './server-request.ts';

/** The body of every refusal over HTTP. */
export const ErrorBody = Type.Object(
  {
    statusCode: Type.Integer({ examples: [409] }),
    code: Type.String({ examples: ['room_name_taken'] }),
    error: Type.String({ examples: ['Conflict'] }),
    message: Type.String({ description: 'For a person' }),
    details: Type.Optional(
      Type.Array(Type.Object({ path: Type.String(), message: Type.String() }), {
        description: 'With validation_failed: what does not fit, by JSON pointer',
      }),
    ),
  },
  { $id: 'Error', description: 'Why a request was refused' },
);

function toErrorBody(error: ChatError): Static<typeof ErrorBody> {
  const { status } = errorKinds[error.code];
  const { message } = error;
  const details =
    error.code === 'validation_failed' ? (error.details ?? [{ path: '', message }]) : null;
  return {
    statusCode: status,
    code: error.code,
    error: STATUS_CODES[status]!,
    message,
    ...(details && { details: [...details] }),
  };
}

/** What Fastify itself refuses, by its own codes, in the words of the contract. */
const frameworkCodes: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_TYPE: 'unsupported_media_type',
  FST_ERR_ROUTE_NOT_FOUND: 'not_found',
  FST_ERR_NOT_FOUND: 'not_found',
};

/** Its words for these repeat the path, which may hold anything. */
const pathMessages: Readonly<Record<string, string>> = {
  FST_ERR_BAD_URL: 'This path is not percent-encoded UTF-8',
  FST_ERR_MAX_PARAM_LENGTH: 'A part of this path is too long',
};

/** Turns whatever was thrown into a refusal; null where it is a fault of the server. */
function toChatError(error: FastifyError | ChatError): ChatError | null {
  if (error instanceof ChatError) return error;
  const known = frameworkCodes[error.code];
  if (known) return new ChatError(known);
  // What is left with a 4xx are bodies, paths and headers that could not be parsed.
  const status = error.statusCode ?? 500;
  if (status < 400 || status >= 500) return null;
  return new ChatError(status === 404 ? 'not_found' : 'validation_failed', {
    message: pathMessages[error.code] ?? error.message,
  });
}

/**
 * Answers every refusal, before an upgrade too, in the contract's shape. To be called before routes are
 * added: a path that is one of theirs, but for its method, is not called unknown.
 */
export function registerErrors(app: FastifyInstance): void {
  const methodsOf = trackMethods(app);
  app.setErrorHandler((error: FastifyError, request, reply) => sendError(error, request, reply));
  const refusalOfUnknown = (request: FastifyRequest, reply: FastifyReply): ChatError => {
    const methods = methodsOf(request.url);
    if (methods.length === 0 || methods.includes(request.method)) return new ChatError('not_found');
    void reply.header('allow', methods.join(', '));
    return new ChatError('method_not_allowed');
  };
  // Before the body has come: nobody would read it.
  app.addHook('preParsing', (request, reply, _payload, done) => {
    done(request.is404 ? refusalOfUnknown(request, reply) : null);
  });
  // What a route finds to be nothing.
  app.setNotFoundHandler((request, reply) =>
    sendError(refusalOfUnknown(request, reply), request, reply),
  );
}

export function sendError(
  thrown: FastifyError | ChatError,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  let error = toChatError(thrown);
  if (!error) {
    // Nothing of a fault is told to the client; everything is in the log.
    request.log.error({ err: thrown }, 'request failed');
    error = new ChatError('internal_error');
  }
  const { status } = errorKinds[error.code];
  // Whoever asked to upgrade gets no second request on this socket, and a body that is refused before it
  // has come is not waited for.
  if (request.ws || isPassedOver(request.raw) || !request.raw.complete) {
    void reply.header('connection', 'close');
  }
  return reply
    .code(status)
    .headers(headersOf(error))
    .type('application/json; charset=utf-8')
    .send(toErrorBody(error));
}

/** What goes with a refusal beside its body. */
function headersOf({ code, retryAfter = 1 }: ChatError): Record<string, string> {
  const { status } = errorKinds[code];
  return {
    // Refusals of Fastify's own went through no hook, and pages of the documentation have a looser policy.
    ...securityHeaders,
    ...(status === 401 && { 'www-authenticate': 'Bearer' }),
    ...((status === 429 || status === 503) && { 'retry-after': String(retryAfter) }),
  };
}

/** How long the peer has to read a refusal and to close, in milliseconds. */
const LINGER_MS = 1000;

/** Refuses on a socket that has no request of Fastify's, and ends it. */
export function refuseOn(
  socket: Socket,
  error: ChatError,
  more: Readonly<Record<string, string>> = {},
): void {
  if (socket.destroyed || !socket.writable) return;
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
  // What is left unread when a socket closes makes the system drop what was written; who never closes is cut.
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(timer));
}
