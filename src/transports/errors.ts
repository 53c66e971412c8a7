import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type, type Static } from 'typebox';
import { ChatError, errorKinds, type ErrorCode } from '../protocol/errors.ts';

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

/** Turns whatever was thrown into a refusal; null where it is a fault of the server. */
function toChatError(error: FastifyError | ChatError): ChatError | null {
  if (error instanceof ChatError) return error;
  const known = frameworkCodes[error.code];
  if (known) return new ChatError(known);
  // What is left with a 4xx are bodies, paths and headers that could not be parsed.
  const status = error.statusCode ?? 500;
  if (status < 400 || status >= 500) return null;
  return new ChatError(status === 404 ? 'not_found' : 'validation_failed', {
    message: error.message,
  });
}

/** Answers every refusal, before an upgrade too, in the contract's shape. */
export function registerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => sendError(error, request, reply));
  app.setNotFoundHandler((request, reply) => sendError(new ChatError('not_found'), request, reply));
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
  if (request.ws || !request.raw.complete) void reply.header('connection', 'close');
  if (status === 401) void reply.header('www-authenticate', 'Bearer');
  if (status === 429 || status === 503) {
    void reply.header('retry-after', String(error.retryAfter ?? 1));
  }
  return reply.code(status).type('application/json; charset=utf-8').send(toErrorBody(error));
}

/** Answers what is not even HTTP, where there is somebody left to answer. */
export function refuseBadRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code !== 'ECONNRESET') refuseOn(socket, 'This is not a request that HTTP knows');
}

/** Refuses on a socket that has no request of Fastify's, and ends it. */
export function refuseOn(socket: Socket, message: string): void {
  socket.on('error', () => socket.destroy());
  if (socket.destroyed || !socket.writable) return;
  const body = JSON.stringify(toErrorBody(new ChatError('validation_failed', { message })));
  socket.end(
    `HTTP/1.1 400 Bad Request\r\nContent-Type: application/json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
