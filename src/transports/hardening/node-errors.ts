import { maxHeaderSize, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { ChatError } from '../../protocol/errors.ts';
import { refuseOn } from '../errors.ts';
import { isAnswerDue } from './unread-responses.ts';

/* What Node would refuse by itself, without a body, is refused here in the contract's shape. */

/** By Node's codes; what is not named here is no HTTP at all. */
const refusals: Readonly<Record<string, () => ChatError>> = {
  HPE_HEADER_OVERFLOW: () =>
    new ChatError('validation_failed', {
      message: `The headers of a request are at most ${maxHeaderSize} bytes`,
    }),
  HPE_CHUNK_EXTENSIONS_OVERFLOW: () =>
    new ChatError('payload_too_large', { message: 'The extensions of a chunk are too large' }),
  ERR_HTTP_REQUEST_TIMEOUT: () =>
    new ChatError('validation_failed', {
      message: 'The request did not arrive in time; send it again without a pause',
    }),
};

/** Answers what is not even HTTP, or came too slowly, where there is somebody left to answer. */
export function refuseBadRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET') return;
  // What is written now would be taken for the answer to an earlier request, or for a part of it.
  if (isAnswerDue(socket)) return void socket.destroy();
  const message = 'This is not a request that HTTP knows';
  const refusal = refusals[error.code ?? '']?.() ?? new ChatError('validation_failed', { message });
  refuseOn(socket, refusal);
}

/** Takes over where Node cuts the connection (CONNECT), answers 417, or asks for any body (Expect). */
export function takeOverRefusals(app: FastifyInstance): void {
  app.server.on('connect', (_request, socket: Socket) => {
    const message = 'This server is no proxy';
    refuseOn(socket, new ChatError('method_not_allowed', { message }), { allow: '' });
  });
  const route = (request: IncomingMessage, response: ServerResponse) =>
    app.routing(request, response);
  // An expectation that is not known may be passed over (RFC 9110, 10.1.1).
  app.server.on('checkExpectation', route);
  // A body that waits to be asked for is asked for where it will be taken: not before its sender is known.
  app.server.on('checkContinue', route);
  app.addHook('preParsing', (request, reply, _payload, done) => {
    const { expect, 'content-length': length } = request.headers;
    const waits = expect?.toLowerCase() === '100-continue' && request.raw.httpVersion === '1.1';
    if (!waits || request.is404) return done();
    if (Number(length) > request.routeOptions.bodyLimit) {
      return done(new ChatError('payload_too_large'));
    }
    reply.raw.writeContinue();
    done();
  });
}
