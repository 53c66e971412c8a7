import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { compileValidator } from '../../protocol/validate.ts';
import { ChatError } from '../../protocol/errors.ts';
import { hasBody } from '../server-request.ts';

/** Accepts what a route without a body accepts: nothing, or an empty object. */
const requireEmpty = compileValidator(Type.Object({}, { additionalProperties: false }));

/**
 * Accepts bodies in JSON and UTF-8 only. Anything else is rejected: decoding it would replace the sender's letters
 * by U+FFFD, and a message is delivered as it was sent or not at all.
 *
 * Every body is read, also with GET and on routes that take none, so that fields there are rejected rather than
 * ignored. Call it before adding routes.
 */
export function registerJsonBody(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  for (const method of ['GET', 'HEAD']) {
    app.addHttpMethod(method, { hasBody: true, overrideExisting: true });
  }
  app.addHook('preParsing', (request, reply, _payload, done) => {
    const { 'content-encoding': encoding = '' } = request.headers;
    // Without a body, its type does not matter.
    if (!hasBody(request)) delete request.headers['content-type'];
    if (/^(?:identity)?$/i.test(encoding)) return done();
    void reply.header('accept-encoding', 'identity');
    const message = 'Send the body without Content-Encoding';
    done(new ChatError('unsupported_media_type', { message }));
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (body.length === 0) {
      // Some clients send the type without a body. The schema decides whether that is valid.
      done(null, undefined);
    } else if (isUtf8(body as Buffer)) {
      void parse(request, body.toString(), done);
    } else {
      done(new ChatError('validation_failed', { message: 'The body is not UTF-8' }));
    }
  });
  // Whether a chunked body is empty is known only once it has arrived.
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    done(body.length === 0 ? null : new ChatError('unsupported_media_type'), undefined);
  });
  app.addHook('preValidation', async ({ body, routeOptions }) => {
    if (body !== undefined && !routeOptions.schema?.body) requireEmpty(body);
  });
}
