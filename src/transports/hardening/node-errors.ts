import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { http } from '../../node-http.ts';
import { ChatError } from '../../protocol/errors.ts';
import { sendRawError } from '../errors.ts';
import { isUploading } from './slow-uploads.ts';
import { isResponsePending } from './unread-responses.ts';

/* Replaces the errors that Node would send by itself, without a body, by the contract's refusals. */

/** By Node's error codes. With any other code, the input is not HTTP. */
const refusals: Readonly<Record<string, () => ChatError>> = {
  HPE_HEADER_OVERFLOW: () =>
    new ChatError('validation_failed', {
      message: `The headers of a request may have at most ${http.maxHeaderSize} bytes`,
    }),
  HPE_CHUNK_EXTENSIONS_OVERFLOW: () =>
    new ChatError('payload_too_large', { message: 'The extensions of a chunk are too large' }),
  ERR_HTTP_REQUEST_TIMEOUT: () =>
    new ChatError('validation_failed', {
      message: 'The request did not arrive in time; send it again without pauses',
    }),
};

/** Rejects input that is not HTTP or arrived too slowly, unless the client is gone. */
export function rejectMalformedRequest(
  app: FastifyInstance,
  error: Error & { code?: string },
  socket: Socket,
): void {
  if (error.code === 'ECONNRESET') return;
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && isUploading(socket)) return;
  // The client would take what is written now for the response to an earlier request, or for a part of it.
  if (isResponsePending(socket)) return void socket.destroy();
  const message = 'This is not a valid HTTP request';
  const refusal = refusals[error.code ?? '']?.() ?? new ChatError('validation_failed', { message });
  sendRawError(app, socket, refusal);
}

/** Takes over where Node closes the connection (CONNECT), sends 417, or accepts any body (Expect). */
export function replaceNodeErrors(app: FastifyInstance): void {
  app.server.on('connect', (_request, socket: Socket) => {
    const message = 'This server is not a proxy';
    sendRawError(app, socket, new ChatError('method_not_allowed', { message }), { allow: '' });
  });
  const route = (request: IncomingMessage, response: ServerResponse) =>
    app.routing(request, response);
  // Unknown expectations may be ignored (RFC 9110, 10.1.1).
  app.server.on('checkExpectation', route);
  // The client waits for 100 before it sends the body. It is sent only once the request is accepted: see below.
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
